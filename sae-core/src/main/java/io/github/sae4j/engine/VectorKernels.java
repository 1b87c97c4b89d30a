package io.github.sae4j.engine;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops in the Vector API, over {@code float[]} only, which reads the same from JDK 17 to 25.
 * Loaded by {@link Kernels} alone, where the module is there.
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

  /** Most vectors hold no such place and are passed over whole. */
  @Override
  public int above(float[] values, int at, int n, float threshold, int[] places) {
    FloatVector limit = FloatVector.broadcast(SPECIES, threshold);
    int count = 0;
    int j = 0;
    for (; j + LANES <= n; j += LANES) {
      FloatVector lanes = FloatVector.fromArray(SPECIES, values, at + j);
      if (lanes.compare(VectorOperators.LE, limit).allTrue()) {
        continue;
      }
      for (int i = j; i < j + LANES; i++) {
        if (!(values[at + i] <= threshold)) {
          places[count++] = i;
        }
      }
    }
    for (; j < n; j++) {
      if (!(values[at + j] <= threshold)) {
        places[count++] = j;
      }
    }
    return count;
  }

  @Override
  public String toString() {
    return "Java's Vector API, " + LANES + " floats at a time";
  }
}
