package io.github.sae4j.eval;

import io.github.sae4j.store.SourcePart;
import java.util.List;
import java.util.Objects;

/**
 * Measures the reconstruction of joined rows part by part: each layer or model of a crosscoder by
 * itself. Over a stream of rows, as {@link ReconstructionMetrics} does for whole rows, and with the
 * same bits however the rows are batched.
 */
public final class PartMetrics {
  private final int rowWidth;
  private final List<PartErrors> errors;

  /**
   * @param parts of a row, in order and without gaps, as {@code ActivationSource.parts()} has them
   */
  public PartMetrics(List<SourcePart> parts) {
    this.rowWidth = SourcePart.rowWidth(parts);
    this.errors = parts.stream().map(PartErrors::new).toList();
  }

  /**
   * Adds a batch.
   *
   * @param target {@code [batchRows, Σ widths]}, row after row
   * @param reconstruction of the target, of the same shape
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
   * What was measured so far, in the order of the parts.
   *
   * @throws IllegalStateException if no row was added
   */
  public List<PartReconstruction> result() {
    return errors.stream().map(PartErrors::result).toList();
  }
}
