package io.github.sae4j.synthetic;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Draws the features without a parent that fire in a row.
 *
 * <p>Correlated features follow a low-rank Gaussian copula: feature i fires if {@code aᵢ·z + √(1 −
 * ‖aᵢ‖²)·ε > tᵢ}, with loadings {@code aᵢ}, independent standard normal noise ε, and a factor z
 * shared by all features of the row. z is one of {@link #CONTEXTS} normal vectors drawn in advance,
 * so the probabilities given z fit in a table; the threshold tᵢ makes their mean the feature's own
 * probability.
 *
 * <p>Given z, features fire independently, and the next feature to fire is found in one step: if
 * feature i adds {@code −ln(1 − pᵢ)} to a cumulative hazard, the hazard between two firings is
 * exponential with mean 1.
 */
final class RootFirings {
  /** Number of values that the factor z can take. */
  static final int CONTEXTS = 256;

  private static final long LOADINGS = Long.MIN_VALUE;
  private static final long FACTORS = Long.MIN_VALUE / 2;

  /**
   * Hazard of a feature that always fires; higher than any exponential number of {@link RowRandom}.
   */
  private static final double MOST_HAZARD = 40;

  /**
   * Longest loading vector allowed; longer ones are shortened so that some independent noise
   * remains.
   */
  private static final double MOST_SHARED = 0.95;

  private final int[] features;
  private final int contexts;
  private final double[] hazards;

  private RootFirings(int[] features, int contexts, double[] hazards) {
    this.features = features;
    this.contexts = contexts;
    this.hazards = hazards;
  }

  /**
   * @param probabilities probabilities of all features, {@code [nFeatures]}
   * @param correlation correlation between features without a parent
   */
  static RootFirings of(
      double[] probabilities, Hierarchy hierarchy, Correlation correlation, long seed) {
    int[] features = IntStream.range(0, probabilities.length).filter(hierarchy::isRoot).toArray();
    int contexts = correlation.rank() == 0 ? 1 : CONTEXTS;
    double[][] factors = normals(contexts, correlation.rank(), seed, FACTORS);
    double[] hazards = new double[Math.multiplyExact(contexts, features.length)];
    IntStream.range(0, features.length)
        .parallel()
        .forEach(
            i -> {
              double[] given =
                  given(probabilities[features[i]], features[i], correlation, factors, seed);
              for (int k = 0; k < contexts; k++) {
                double hazard = -StrictMath.log1p(-given[k]);
                hazards[k * features.length + i] = Math.min(MOST_HAZARD, hazard);
              }
            });
    for (int at = 0; at < hazards.length; at++) {
      hazards[at] += at % features.length == 0 ? 0 : hazards[at - 1];
    }
    return new RootFirings(features, contexts, hazards);
  }

  private static double[][] normals(int rows, int columns, long seed, long first) {
    double[][] values = new double[rows][columns];
    RowRandom random = new RowRandom();
    for (int i = 0; i < rows; i++) {
      random.start(seed, first + i);
      for (int j = 0; j < columns; j++) {
        values[i][j] = random.gaussian();
      }
    }
    return values;
  }

  /** Returns the probability of a feature given each value of the factor. */
  private static double[] given(
      double probability, int feature, Correlation correlation, double[][] factors, long seed) {
    double[] given = new double[factors.length];
    Arrays.fill(given, probability);
    if (correlation.rank() == 0 || probability <= 0 || probability >= 1) {
      return given;
    }
    double[] loading = loading(correlation, seed, LOADINGS + feature);
    double own = Math.sqrt(1 - dot(loading, loading));
    double[] shifts = new double[factors.length];
    for (int k = 0; k < factors.length; k++) {
      shifts[k] = dot(loading, factors[k]);
    }
    double low = -40;
    double high = 40;
    for (int step = 0; step < 60; step++) {
      double threshold = (low + high) / 2;
      double sum = 0;
      for (int k = 0; k < given.length; k++) {
        given[k] = Gaussian.cdf((shifts[k] - threshold) / own);
        sum += given[k];
      }
      if (sum > probability * given.length) {
        low = threshold;
      } else {
        high = threshold;
      }
    }
    return given;
  }

  private static double[] loading(Correlation correlation, long seed, long row) {
    double[] loading = normals(1, correlation.rank(), seed, row)[0];
    double norm = correlation.scale() * Math.sqrt(dot(loading, loading));
    double factor = correlation.scale() * Math.min(1, MOST_SHARED / norm);
    for (int r = 0; r < loading.length; r++) {
      loading[r] *= factor;
    }
    return loading;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += x[i] * y[i];
    }
    return sum;
  }

  /**
   * Draws the features of a row in ascending order.
   *
   * @param active receives the features; must have room for all of them
   * @return number of features drawn
   */
  int draw(RowRandom random, int[] active) {
    int from = contexts == 1 ? 0 : random.below(contexts) * features.length;
    int first = from;
    int to = from + features.length;
    int count = 0;
    double hazard = 0;
    while (true) {
      int next = firstAbove(hazard + random.exponential(), from, to);
      if (next == to) {
        return count;
      }
      active[count++] = features[next - first];
      hazard = hazards[next];
      from = next + 1;
    }
  }

  /**
   * Returns the first index in {@code [from, to)} whose hazard exceeds the given one, or {@code
   * to}.
   */
  private int firstAbove(double hazard, int from, int to) {
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (hazards[middle] > hazard) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return from;
  }
}
