package io.github.sae4j.eval;

import io.github.sae4j.engine.SparseCodes;
import java.util.Objects;

/**
 * Measures reconstruction over a stream of rows. The mean and the variance about it are updated row
 * by row in double precision (Welford 1962, "Note on a method for calculating corrected sums of
 * squares and products", Technometrics 4), so the result has the same bits however the rows are
 * batched.
 */
final class ReconstructionMetrics {
  private final double[] mean;
  private double variation;
  private double squaredError;
  private double cosines;
  private double normRatios;
  private double reconstructedSquares;
  private double agreement;
  private double magnitude;
  private long nonZeroRows;
  private long activations;
  private long rows;

  /**
   * @param nIn number of values per row
   */
  public ReconstructionMetrics(int nIn) {
    if (nIn < 1) {
      throw new IllegalArgumentException("nIn must be at least 1, got " + nIn);
    }
    this.mean = new double[nIn];
  }

  /**
   * Adds a batch.
   *
   * @param x {@code [batchRows, nIn]} in row-major order
   * @param reconstruction x̂, of the same shape
   * @param active the codes that count as active, {@code [batchRows, nLatents]}
   * @throws IllegalArgumentException if the codes have a different number of rows
   */
  public void add(float[] x, float[] reconstruction, int batchRows, SparseCodes active) {
    if (active.rows() != batchRows) {
      throw new IllegalArgumentException(
          "expected codes for %d rows, got %d".formatted(batchRows, active.rows()));
    }
    Objects.checkFromIndexSize(0, batchRows * mean.length, x.length);
    Objects.checkFromIndexSize(0, batchRows * mean.length, reconstruction.length);
    for (int b = 0; b < batchRows; b++) {
      rows++;
      addToVariation(x, b * mean.length);
      addToErrors(x, reconstruction, b * mean.length);
    }
    activations += active.activations();
    for (int i = 0; i < active.activations(); i++) {
      magnitude += Math.abs(active.value(i));
    }
  }

  private void addToVariation(float[] x, int offset) {
    double weight = 1.0 / rows;
    double added = 0;
    for (int j = 0; j < mean.length; j++) {
      double before = x[offset + j] - mean[j];
      mean[j] += before * weight;
      added += before * (x[offset + j] - mean[j]);
    }
    variation += added;
  }

  private void addToErrors(float[] x, float[] reconstruction, int offset) {
    double error = 0;
    double dot = 0;
    double normX = 0;
    double normR = 0;
    for (int j = offset; j < offset + mean.length; j++) {
      double a = x[j];
      double r = reconstruction[j];
      error += (a - r) * (a - r);
      dot += a * r;
      normX += a * a;
      normR += r * r;
    }
    squaredError += error;
    cosines += normX > 0 && normR > 0 ? dot / Math.sqrt(normX * normR) : 0;
    agreement += dot;
    reconstructedSquares += normR;
    if (normX > 0) {
      normRatios += Math.sqrt(normR / normX);
      nonZeroRows++;
    }
  }

  /** Returns whether any of the rows so far differs from the first. */
  boolean rowsVary() {
    return variation != 0;
  }

  /**
   * Returns what was measured so far.
   *
   * @throws IllegalStateException if no row was added
   */
  public Reconstruction result() {
    if (rows == 0) {
      throw new IllegalStateException("no rows were measured");
    }
    return new Reconstruction(
        rows,
        variation > 0 ? squaredError / variation : Double.NaN,
        squaredError / rows / mean.length,
        cosines / rows,
        normRatios / nonZeroRows,
        reconstructedSquares / agreement,
        (double) activations / rows,
        magnitude / rows);
  }
}
