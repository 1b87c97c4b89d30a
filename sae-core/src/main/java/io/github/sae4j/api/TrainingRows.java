package io.github.sae4j.api;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.store.FiniteRows;
import io.github.sae4j.store.MemorySource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Where the rows for training come from.
 *
 * @param opener opens the rows
 * @param closed whether to close the rows after training
 * @param given whether the calling program supplied the values, so that a non-finite one is its
 *     mistake
 */
record TrainingRows(Opener opener, boolean closed, boolean given) {

  /** Opens rows. */
  @FunctionalInterface
  interface Opener {
    /**
     * Opens the rows.
     *
     * @param directory the run's directory, for rows kept on disk
     * @param resumes whether to use rows that an earlier session kept there
     */
    ActivationSource open(Path directory, boolean resumes) throws IOException;
  }

  static TrainingRows of(ActivationSource source) {
    Objects.requireNonNull(source, "rows");
    return new TrainingRows((directory, resumes) -> source, false, source instanceof MemorySource);
  }

  static TrainingRows at(Path path, String tensorOrNull) {
    Objects.requireNonNull(path, "activations");
    return new TrainingRows(
        (directory, resumes) -> ActivationSources.open(path, tensorOrNull), true, false);
  }

  static TrainingRows of(DataSetIterator examples) {
    Objects.requireNonNull(examples, "examples");
    return new TrainingRows(
        (directory, resumes) -> IteratorRows.open(examples, directory, resumes), true, true);
  }

  /**
   * Reads all rows and refuses those with a value that is not finite.
   *
   * @throws IllegalArgumentException if there is one; the message says where the first is
   */
  static void requireFinite(ActivationSource rows) throws IOException {
    int block = Math.max(1, (1 << 20) / rows.width());
    float[] values = new float[block * rows.width()];
    for (long from = 0; from < rows.rows(); from += block) {
      int count = (int) Math.min(block, rows.rows() - from);
      rows.read(from, count, values, 0);
      for (int i = 0; !FiniteRows.areFinite(values, 0, count * rows.width()); i++) {
        if (!Float.isFinite(values[i])) {
          throw new IllegalArgumentException(
              "%s is %s, which is not a finite number"
                  .formatted(rows.locate(from + i / rows.width(), i % rows.width()), values[i]));
        }
      }
    }
  }
}
