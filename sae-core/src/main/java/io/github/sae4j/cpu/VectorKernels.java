package io.github.sae4j.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loops using the Vector API, over {@code float[]} only, for which the API is unchanged from JDK 17
 * to 25. Loaded only by {@link Kernels}, if the module is present.
 */
final class VectorKernels implements Kernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  VectorKernels() {}

  @Override
  public void axpy(float a, float[] x, int xAt, float[] y, int yAt, int n) {
    FloatVector factor = FloatVector.broadcast(SPECIES, a);
    int j = 0;
    for (; j + LANES <= n; j += LANES) {
      FloatVector.fromArray(SPECIES, x, xAt + j)
          .fma(factor, FloatVector.fromArray(SPECIES, y, yAt + j))
          .intoArray(y, yAt + j);
    }
    for (; j < n; j++) {
      y[yAt + j] = Math.fma(a, x[xAt + j], y[yAt + j]);
    }
  }

  @Override
  public void axpy4(
      float a0,
      int x0,
      float a1,
      int x1,
      float a2,
      int x2,
      float a3,
      int x3,
      float[] x,
      float[] y,
      int yAt,
      int n) {
    FloatVector f0 = FloatVector.broadcast(SPECIES, a0);
    FloatVector f1 = FloatVector.broadcast(SPECIES, a1);
    FloatVector f2 = FloatVector.broadcast(SPECIES, a2);
    FloatVector f3 = FloatVector.broadcast(SPECIES, a3);
    int j = 0;
    for (; j + LANES <= n; j += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, y, yAt + j);
      sum = FloatVector.fromArray(SPECIES, x, x0 + j).fma(f0, sum);
      sum = FloatVector.fromArray(SPECIES, x, x1 + j).fma(f1, sum);
      sum = FloatVector.fromArray(SPECIES, x, x2 + j).fma(f2, sum);
      FloatVector.fromArray(SPECIES, x, x3 + j).fma(f3, sum).intoArray(y, yAt + j);
    }
    for (; j < n; j++) {
      float sum = Math.fma(a1, x[x1 + j], Math.fma(a0, x[x0 + j], y[yAt + j]));
      y[yAt + j] = Math.fma(a3, x[x3 + j], Math.fma(a2, x[x2 + j], sum));
    }
  }

  @Override
  public void dot4(
      float[] x,
      int x0,
      int x1,
      int x2,
      int x3,
      float[] y,
      int yAt,
      int n,
      float[] out,
      int outAt) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int j = 0;
    for (; j + LANES <= n; j += LANES) {
      FloatVector with = FloatVector.fromArray(SPECIES, y, yAt + j);
      s0 = FloatVector.fromArray(SPECIES, x, x0 + j).fma(with, s0);
      s1 = FloatVector.fromArray(SPECIES, x, x1 + j).fma(with, s1);
      s2 = FloatVector.fromArray(SPECIES, x, x2 + j).fma(with, s2);
      s3 = FloatVector.fromArray(SPECIES, x, x3 + j).fma(with, s3);
    }
    out[outAt] = s0.reduceLanes(VectorOperators.ADD) + tail(x, x0, y, yAt, j, n);
    out[outAt + 1] = s1.reduceLanes(VectorOperators.ADD) + tail(x, x1, y, yAt, j, n);
    out[outAt + 2] = s2.reduceLanes(VectorOperators.ADD) + tail(x, x2, y, yAt, j, n);
    out[outAt + 3] = s3.reduceLanes(VectorOperators.ADD) + tail(x, x3, y, yAt, j, n);
  }

  private static float tail(float[] x, int xAt, float[] y, int yAt, int from, int n) {
    float sum = 0;
    for (int j = from; j < n; j++) {
      sum = Math.fma(x[xAt + j], y[yAt + j], sum);
    }
    return sum;
  }

  @Override
  public void max(float[] x, int xAt, float[] most, int n) {
    int j = 0;
    for (; j + LANES <= n; j += LANES) {
      FloatVector.fromArray(SPECIES, x, xAt + j)
          .max(FloatVector.fromArray(SPECIES, most, j))
          .intoArray(most, j);
    }
    for (; j < n; j++) {
      most[j] = Math.max(most[j], x[xAt + j]);
    }
  }

  /** Four vectors of partial sums hide the latency of the multiplication. */
  @Override
  public float dot(float[] x, int xAt, float[] y, int yAt, int n) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int j = 0;
    for (; j + 4 * LANES <= n; j += 4 * LANES) {
      s0 = fma(x, xAt + j, y, yAt + j, s0);
      s1 = fma(x, xAt + j + LANES, y, yAt + j + LANES, s1);
      s2 = fma(x, xAt + j + 2 * LANES, y, yAt + j + 2 * LANES, s2);
      s3 = fma(x, xAt + j + 3 * LANES, y, yAt + j + 3 * LANES, s3);
    }
    for (; j + LANES <= n; j += LANES) {
      s0 = fma(x, xAt + j, y, yAt + j, s0);
    }
    float sum = s0.add(s1).add(s2.add(s3)).reduceLanes(VectorOperators.ADD);
    for (; j < n; j++) {
      sum = Math.fma(x[xAt + j], y[yAt + j], sum);
    }
    return sum;
  }

  private static FloatVector fma(float[] x, int xAt, float[] y, int yAt, FloatVector sum) {
    return FloatVector.fromArray(SPECIES, x, xAt).fma(FloatVector.fromArray(SPECIES, y, yAt), sum);
  }

  @Override
  public float largest(float[] values, int at, int n) {
    float most = values[at];
    int j = 0;
    if (n >= LANES) {
      FloatVector lanes = FloatVector.fromArray(SPECIES, values, at);
      for (j = LANES; j + LANES <= n; j += LANES) {
        lanes = lanes.max(FloatVector.fromArray(SPECIES, values, at + j));
      }
      most = lanes.reduceLanes(VectorOperators.MAX);
    }
    for (; j < n; j++) {
      most = Math.max(most, values[at + j]);
    }
    return most;
  }

  @Override
  public int countAbove(float[] values, int at, int n, float threshold) {
    FloatVector limit = FloatVector.broadcast(SPECIES, threshold);
    int count = 0;
    int j = 0;
    for (; j + LANES <= n; j += LANES) {
      count +=
          FloatVector.fromArray(SPECIES, values, at + j)
              .compare(VectorOperators.GT, limit)
              .trueCount();
    }
    for (; j < n; j++) {
      count += values[at + j] > threshold ? 1 : 0;
    }
    return count;
  }

  /** Optimised for vectors that contain at most one such position. */
  @Override
  public int above(float[] values, int at, int n, float threshold, int[] places) {
    FloatVector limit = FloatVector.broadcast(SPECIES, threshold);
    int count = 0;
    int j = 0;
    for (; j + LANES <= n; j += LANES) {
      VectorMask<Float> hits =
          FloatVector.fromArray(SPECIES, values, at + j).compare(VectorOperators.LE, limit).not();
      int here = hits.trueCount();
      if (here == 0) {
        continue;
      }
      if (here == 1) {
        places[count++] = j + hits.firstTrue();
        continue;
      }
      for (int i = j; i < j + LANES; i++) {
        places[count] = i;
        count += values[at + i] <= threshold ? 0 : 1;
      }
    }
    for (; j < n; j++) {
      places[count] = j;
      count += values[at + j] <= threshold ? 0 : 1;
    }
    return count;
  }

  @Override
  public int above(
      float[] values, int at, int n, float[] thresholds, int thresholdsAt, int[] places) {
    int count = 0;
    int j = 0;
    for (; j + LANES <= n; j += LANES) {
      FloatVector limits = FloatVector.fromArray(SPECIES, thresholds, thresholdsAt + j);
      VectorMask<Float> hits =
          FloatVector.fromArray(SPECIES, values, at + j).compare(VectorOperators.LE, limits).not();
      int here = hits.trueCount();
      if (here == 0) {
        continue;
      }
      if (here == 1) {
        places[count++] = j + hits.firstTrue();
        continue;
      }
      for (int i = j; i < j + LANES; i++) {
        places[count] = i;
        count += values[at + i] <= thresholds[thresholdsAt + i] ? 0 : 1;
      }
    }
    for (; j < n; j++) {
      places[count] = j;
      count += values[at + j] <= thresholds[thresholdsAt + j] ? 0 : 1;
    }
    return count;
  }

  @Override
  public String toString() {
    return "Java's Vector API, " + LANES + " floats at a time";
  }
}
