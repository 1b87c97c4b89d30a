package io.github.sae4j.synthetic;

import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The true directions, {@code [nFeatures, width]}, with norm 1. They are orthogonal if possible,
 * otherwise pushed apart until the sum of their squared cosines reaches its minimum, {@code
 * nFeatures²/width} (the bound of Welch 1974, IEEE Transactions on Information Theory 20).
 */
public final class FeatureDictionary {
  private static final int MOST_STEPS = 200;
  private static final double CLOSE_ENOUGH = 1e-4;

  private final int width;
  private final float[] directions;

  private FeatureDictionary(int width, float[] directions) {
    this.width = width;
    this.directions = directions;
  }

  /** Returns directions that depend only on the seed and are the same on every machine. */
  public static FeatureDictionary of(int nFeatures, int width, long seed) {
    if (nFeatures < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a dictionary needs features and a width of at least 1, got %d and %d"
              .formatted(nFeatures, width));
    }
    double[][] rows = random(nFeatures, width, seed);
    if (nFeatures <= width) {
      orthogonalise(rows);
    } else {
      pushApart(rows, width);
    }
    float[] directions = new float[Math.multiplyExact(nFeatures, width)];
    for (int at = 0; at < directions.length; at++) {
      directions[at] = (float) rows[at / width][at % width];
    }
    return new FeatureDictionary(width, directions);
  }

  private static double[][] random(int nFeatures, int width, long seed) {
    double[][] rows = new double[nFeatures][width];
    RowRandom random = new RowRandom();
    for (int i = 0; i < nFeatures; i++) {
      random.start(seed, -1L - i);
      for (int j = 0; j < width; j++) {
        rows[i][j] = random.gaussian();
      }
      normalise(rows[i]);
    }
    return rows;
  }

  /** Applies Gram-Schmidt twice, to remove what rounding leaves the first time. */
  private static void orthogonalise(double[][] rows) {
    for (int i = 0; i < rows.length; i++) {
      for (int pass = 0; pass < 2; pass++) {
        for (int before = 0; before < i; before++) {
          add(-dot(rows[i], rows[before]), rows[before], rows[i]);
        }
        normalise(rows[i]);
      }
    }
  }

  /**
   * Minimises the sum of squared cosines, {@code ‖S‖²} with {@code S = DᵀD}, by gradient descent;
   * the gradient is {@code 4·D·S}. The step {@code D ← D − (S − c)·D/(2c)}, where {@code c =
   * nFeatures/width} is the target for all eigenvalues of S, doubles the number of correct digits
   * near the end.
   */
  private static void pushApart(double[][] rows, int width) {
    double target = (double) rows.length / width;
    for (int step = 0; step < MOST_STEPS; step++) {
      double[][] s = secondMoments(rows, width);
      double squares = 0;
      for (double[] row : s) {
        squares += dot(row, row);
      }
      if (squares <= (1 + CLOSE_ENOUGH) * rows.length * target) {
        return;
      }
      IntStream.range(0, rows.length)
          .parallel()
          .forEach(
              i -> {
                double[] old = rows[i].clone();
                add(0.5, old, rows[i]);
                for (int a = 0; a < width; a++) {
                  add(-old[a] / (2 * target), s[a], rows[i]);
                }
                normalise(rows[i]);
              });
    }
  }

  /** Returns {@code DᵀD}, {@code [width, width]}. */
  private static double[][] secondMoments(double[][] rows, int width) {
    double[][] s = new double[width][width];
    IntStream.range(0, width)
        .parallel()
        .forEach(
            a -> {
              for (double[] row : rows) {
                add(row[a], row, s[a]);
              }
            });
    return s;
  }

  private static void add(double factor, double[] x, double[] y) {
    for (int j = 0; j < y.length; j++) {
      y[j] += factor * x[j];
    }
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int j = 0; j < x.length; j++) {
      sum += x[j] * y[j];
    }
    return sum;
  }

  private static void normalise(double[] row) {
    double norm = Math.sqrt(dot(row, row));
    for (int j = 0; j < row.length; j++) {
      row[j] /= norm;
    }
  }

  public int nFeatures() {
    return directions.length / width;
  }

  public int width() {
    return width;
  }

  /** Returns a copy of the directions, {@code [nFeatures, width]}. */
  public INDArray matrix() {
    return Nd4j.createFromArray(directions).reshape('c', nFeatures(), width);
  }

  /** Returns the directions in row-major order, not copied. */
  float[] directions() {
    return directions;
  }
}
