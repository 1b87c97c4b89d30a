package io.github.sae4j.eval;

import io.github.sae4j.store.SourcePart;

/** The errors of one part of joined rows, and its variance about the mean by Welford's method. */
final class PartErrors {
  private final SourcePart part;
  private final double[] mean;
  private double variation;
  private double squaredError;
  private double cosines;
  private long rows;

  PartErrors(SourcePart part) {
    this.part = part;
    this.mean = new double[part.width()];
  }

  /**
   * Adds the part of one row.
   *
   * @param row index of the row's first value in both arrays
   */
  void add(float[] target, float[] reconstruction, int row) {
    rows++;
    double weight = 1.0 / rows;
    double added = 0;
    double error = 0;
    double dot = 0;
    double normX = 0;
    double normR = 0;
    for (int j = 0; j < mean.length; j++) {
      double x = target[row + part.offset() + j];
      double r = reconstruction[row + part.offset() + j];
      double before = x - mean[j];
      mean[j] += before * weight;
      added += before * (x - mean[j]);
      error += (x - r) * (x - r);
      dot += x * r;
      normX += x * x;
      normR += r * r;
    }
    variation += added;
    squaredError += error;
    cosines += normX > 0 && normR > 0 ? dot / Math.sqrt(normX * normR) : 0;
  }

  PartReconstruction result() {
    if (rows == 0) {
      throw new IllegalStateException("no rows of '" + part.name() + "' were measured");
    }
    return new PartReconstruction(
        part,
        rows,
        variation > 0 ? squaredError / variation : Double.NaN,
        variation / rows,
        squaredError / rows / mean.length,
        cosines / rows);
  }
}
