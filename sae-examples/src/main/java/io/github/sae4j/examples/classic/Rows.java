package io.github.sae4j.examples.classic;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/** Rows that lie in memory, as training data. */
final class Rows implements ActivationSource {
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

  @Override
  public String description() {
    return description;
  }

  @Override
  public int width() {
    return width;
  }

  /** {@code [rows, width]}, row after row; not a copy. */
  float[] values() {
    return values;
  }

  @Override
  public long rows() {
    return values.length / width;
  }

  @Override
  public void read(long firstRow, int count, float[] dst, int dstOffset) {
    Objects.checkFromIndexSize(firstRow, count, rows());
    System.arraycopy(values, (int) firstRow * width, dst, dstOffset, count * width);
  }

  /** Those rows alone, in that order. */
  Rows select(int[] rows) {
    float[] selected = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      read(rows[i], 1, selected, i * width);
    }
    return new Rows(description, width, selected);
  }

  /**
   * The SAE that these rows train.
   *
   * @param run directory of the run, which is replaced
   */
  SparseAutoencoder train(TrainConfig config, Path run) throws IOException {
    return SaeDirectory.read(new Trainer(this, config, run).overwrite(true).train().sae()).sae();
  }

  /** What an SAE makes of each row: its codes, {@code [rows, nLatents]}. */
  Rows encode(SparseAutoencoder sae) {
    float[] codes = sae.encode(values, (int) rows()).toDense().dup('c').data().asFloat();
    return new Rows("codes of " + description, sae.nLatents(), codes);
  }

  @Override
  public void close() {}
}
