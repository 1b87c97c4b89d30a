package io.github.sae4j.examples.classic;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** Rows in memory. */
final class Rows {
  private final String description;
  private final int width;
  private final float[] values;

  /**
   * @param description description for messages
   * @param width number of values per row
   * @param values {@code [rows, width]} in row-major order
   */
  Rows(String description, int width, float[] values) {
    if (width < 1 || values.length % width != 0) {
      throw new IllegalArgumentException(
          "%s: %d values cannot be split into rows of width %d"
              .formatted(description, values.length, width));
    }
    this.description = Objects.requireNonNull(description, "description");
    this.width = width;
    this.values = values;
  }

  String description() {
    return description;
  }

  int width() {
    return width;
  }

  /** Returns {@code [rows, width]} in row-major order, not copied. */
  float[] values() {
    return values;
  }

  long rows() {
    return values.length / width;
  }

  /** Returns some rows, in the given order. */
  Rows select(int[] rows) {
    float[] selected = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * width, selected, i * width, width);
    }
    return new Rows(description, width, selected);
  }

  /**
   * Trains an SAE on these rows.
   *
   * @param run directory of the run, replaced if it exists
   */
  SparseAutoencoder train(TrainConfig config, Path run) throws IOException {
    MemorySource source = MemorySource.of(values, width).describedAs(description);
    return SaeDirectory.read(new Trainer(source, config, run).overwrite(true).train().sae()).sae();
  }

  /** Returns the SAE's codes for each row, {@code [rows, nLatents]}. */
  Rows encode(SparseAutoencoder sae) {
    float[] codes = NdCodes.matrix(sae.encode(values, (int) rows())).dup('c').data().asFloat();
    return new Rows("codes of " + description, sae.nLatents(), codes);
  }
}
