package io.github.sae4j.examples.classic;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** Rows that lie in memory, of which some can be selected. */
final class Rows {
  private final String description;
  private final int width;
  private final float[] values;

  /**
   * @param description what they are, for messages
   * @param width values in a row
   * @param values {@code [rows, width]}, row after row
   */
  Rows(String description, int width, float[] values) {
    if (width < 1 || values.length % width != 0) {
      throw new IllegalArgumentException(
          "%s: %d values are not rows of width %d".formatted(description, values.length, width));
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

  /** {@code [rows, width]}, row after row; not a copy. */
  float[] values() {
    return values;
  }

  long rows() {
    return values.length / width;
  }

  /** Those rows alone, in that order. */
  Rows select(int[] rows) {
    float[] selected = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * width, selected, i * width, width);
    }
    return new Rows(description, width, selected);
  }

  /**
   * The SAE that these rows train.
   *
   * @param run directory of the run, which is replaced
   */
  SparseAutoencoder train(TrainConfig config, Path run) throws IOException {
    MemorySource source = MemorySource.of(values, width).describedAs(description);
    return SaeDirectory.read(new Trainer(source, config, run).overwrite(true).train().sae()).sae();
  }

  /** What an SAE makes of each row: its codes, {@code [rows, nLatents]}. */
  Rows encode(SparseAutoencoder sae) {
    float[] codes = sae.encode(values, (int) rows()).toDense().dup('c').data().asFloat();
    return new Rows("codes of " + description, sae.nLatents(), codes);
  }
}
