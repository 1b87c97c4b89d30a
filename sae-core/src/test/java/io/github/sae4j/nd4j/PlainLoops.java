package io.github.sae4j.nd4j;

import java.util.Comparator;
import java.util.stream.IntStream;

/** The primitives as naive loops: the oracle of the engines' tests. */
final class PlainLoops {
  private PlainLoops() {}

  static double[][] affine(double[][] x, double[][] w, double[] b) {
    double[][] pre = product(x, w);
    for (double[] row : pre) {
      for (int j = 0; j < b.length; j++) {
        row[j] += b[j];
      }
    }
    return pre;
  }

  static double[][] topK(double[][] pre, int k) {
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

  static double[][] absTopK(double[][] pre, int k) {
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

  static double[][] above(double[][] pre, double[] thresholds) {
    double[][] f = new double[pre.length][pre[0].length];
    for (int b = 0; b < pre.length; b++) {
      for (int j = 0; j < thresholds.length; j++) {
        f[b][j] = pre[b][j] > thresholds[j] ? pre[b][j] : 0;
      }
    }
    return f;
  }

  static double[][] batchTopK(double[][] pre, int k) {
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

  static double[][] minus(double[][] a, double[][] b) {
    double[][] c = new double[a.length][a[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        c[i][j] = a[i][j] - b[i][j];
      }
    }
    return c;
  }

  static double[][] product(double[][] a, double[][] b) {
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

  static double[][] transpose(double[][] a) {
    double[][] t = new double[a[0].length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[0].length; j++) {
        t[j][i] = a[i][j];
      }
    }
    return t;
  }

  static double[][] whereNonZero(double[][] values, double[][] mask) {
    double[][] kept = new double[values.length][values[0].length];
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[0].length; j++) {
        kept[i][j] = mask[i][j] == 0 ? 0 : values[i][j];
      }
    }
    return kept;
  }
}
