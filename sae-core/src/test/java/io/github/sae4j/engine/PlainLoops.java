package io.github.sae4j.engine;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The primitives as naive loops: the oracle of the engines' tests. */
public final class PlainLoops {
  private PlainLoops() {}

  public static double[][] affine(double[][] x, double[][] w, double[] b) {
    double[][] pre = product(x, w);
    for (double[] row : pre) {
      for (int j = 0; j < b.length; j++) {
        row[j] += b[j];
      }
    }
    return pre;
  }

  public static double[][] topK(double[][] pre, int k) {
    double[][] f = new double[pre.length][pre[0].length];
    for (int b = 0; b < pre.length; b++) {
      double[] row = pre[b];
      double[] kept = f[b];
      IntStream.range(0, row.length)
          .boxed()
          .sorted(Comparator.comparingDouble(j -> -row[j]))
          .limit(k)
          .filter(j -> row[j] > 0)
          .forEach(j -> kept[j] = row[j]);
    }
    return f;
  }

  public static double[][] absTopK(double[][] pre, int k) {
    double[][] f = new double[pre.length][pre[0].length];
    for (int b = 0; b < pre.length; b++) {
      double[] row = pre[b];
      double[] kept = f[b];
      IntStream.range(0, row.length)
          .boxed()
          .sorted(Comparator.comparingDouble(j -> -Math.abs(row[j])))
          .limit(k)
          .forEach(j -> kept[j] = row[j]);
    }
    return f;
  }

  public static double[][] above(double[][] pre, double[] thresholds) {
    double[][] f = new double[pre.length][pre[0].length];
    for (int b = 0; b < pre.length; b++) {
      for (int j = 0; j < thresholds.length; j++) {
        f[b][j] = pre[b][j] > thresholds[j] ? pre[b][j] : 0;
      }
    }
    return f;
  }

  public static double[][] batchTopK(double[][] pre, int k) {
    int width = pre[0].length;
    double[][] f = new double[pre.length][width];
    IntStream.range(0, pre.length * width)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -pre[i / width][i % width]))
        .limit((long) k * pre.length)
        .filter(i -> pre[i / width][i % width] > 0)
        .forEach(i -> f[i / width][i % width] = pre[i / width][i % width]);
    return f;
  }

  public static double[][] minus(double[][] a, double[][] b) {
    double[][] c = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        c[i][j] = a[i][j] - b[i][j];
      }
    }
    return c;
  }

  public static double[][] product(double[][] a, double[][] b) {
    double[][] c = new double[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < b.length; k++) {
        for (int j = 0; j < b[0].length; j++) {
          c[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return c;
  }

  public static double[][] transpose(double[][] a) {
    double[][] t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }

  public static double[][] whereNonZero(double[][] values, double[][] mask) {
    double[][] kept = new double[values.length][values[0].length];
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[0].length; j++) {
        kept[i][j] = mask[i][j] == 0 ? 0 : values[i][j];
      }
    }
    return kept;
  }

  public static double[] columnSums(double[][] a) {
    double[] sums = new double[a[0].length];
    for (double[] row : a) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += row[j];
      }
    }
    return sums;
  }

  public static double squares(double[][] a) {
    double sum = 0;
    for (double[] row : a) {
      sum += squares(row);
    }
    return sum;
  }

  public static double squares(double[] row) {
    double sum = 0;
    for (double value : row) {
      sum += value * value;
    }
    return sum;
  }

  /** Returns {@code g − (g·w)·w}, row by row. */
  public static double[][] projected(double[][] g, double[][] w) {
    double[][] projected = new double[g.length][g[0].length];
    for (int i = 0; i < g.length; i++) {
      double along = 0;
      for (int j = 0; j < g[0].length; j++) {
        along += g[i][j] * w[i][j];
      }
      for (int j = 0; j < g[0].length; j++) {
        projected[i][j] = g[i][j] - along * w[i][j];
      }
    }
    return projected;
  }

  /** Returns rows of norm 1; a zero row stays zero. */
  public static double[][] normalised(double[][] w) {
    double[][] normalised = new double[w.length][w[0].length];
    for (int i = 0; i < w.length; i++) {
      double norm = Math.sqrt(squares(w[i]));
      for (int j = 0; j < w[0].length && norm > 0; j++) {
        normalised[i][j] = w[i][j] / norm;
      }
    }
    return normalised;
  }

  /** Adds {@code scale·codesᵀ·y} to a gradient. */
  public static void addTerm(double[][] gradient, double scale, double[][] codes, double[][] y) {
    double[][] product = product(transpose(codes), y);
    for (int i = 0; i < gradient.length; i++) {
      for (int j = 0; j < gradient[0].length; j++) {
        gradient[i][j] += scale * product[i][j];
      }
    }
  }

  /** Changes weights and moments by a step of Adam with this scaled gradient. */
  public static void adam(
      double[][] w, double[][] mean, double[][] variance, double[][] g, AdamStep step) {
    double correction1 = 1 - Math.pow(step.beta1(), (double) step.t());
    double correction2 = 1 - Math.pow(step.beta2(), (double) step.t());
    double rate = step.learningRate() * Math.sqrt(correction2) / correction1;
    for (int i = 0; i < w.length; i++) {
      for (int j = 0; j < w[0].length; j++) {
        mean[i][j] = step.beta1() * mean[i][j] + (1 - step.beta1()) * g[i][j];
        variance[i][j] = step.beta2() * variance[i][j] + (1 - step.beta2()) * g[i][j] * g[i][j];
        w[i][j] -= rate * mean[i][j] / (Math.sqrt(variance[i][j]) + step.epsilon());
      }
    }
  }
}
