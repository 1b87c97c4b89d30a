package io.github.sae4j.eval;

import io.github.sae4j.store.SourcePart;
import java.util.List;
import java.util.Objects;

/**
 * Measures the reconstruction of joined rows part by part, such as each layer or model of a
 * crosscoder. Works over a stream of rows, as {@link ReconstructionMetrics} does for whole rows;
 * the result has the same bits however the rows are batched.
 */
public final class PartMetrics {
  private final int rowWidth;
  private final List<PartErrors> errors;

  /**
   * @param parts the parts of a row, in order and without gaps, as in {@code
   *     ActivationSource.parts()}
   */
  public PartMetrics(List<SourcePart> parts) {
    this.rowWidth = SourcePart.rowWidth(parts);
    this.errors = parts.stream().map(PartErrors::new).toList();
  }

  /**
   * Adds a batch.
   *
   * @param target {@code [batchRows, Σ widths]}, row after row
   * @param reconstruction the reconstruction of the target, of the same shape
   */
  public void add(float[] target, float[] reconstruction, int batchRows) {
    int values = Math.multiplyExact(batchRows, rowWidth);
    Objects.checkFromIndexSize(0, values, target.length);
    Objects.checkFromIndexSize(0, values, reconstruction.length);
    for (int row = 0; row < values; row += rowWidth) {
      for (PartErrors part : errors) {
        part.add(target, reconstruction, row);
      }
    }
  }

  /**
   * Returns what was measured so far, in the order of the parts.
   *
   * @throws IllegalStateException if no row was added
   */
  public List<PartReconstruction> result() {
    return errors.stream().map(PartErrors::result).toList();
  }
}
