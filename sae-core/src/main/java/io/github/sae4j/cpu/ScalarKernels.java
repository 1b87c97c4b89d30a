package io.github.sae4j.cpu;

/** Plain Java loops, written so the JIT compiler can vectorize them. */
final class ScalarKernels implements Kernels {

  @Override
  public void axpy(float a, float[] x, int xAt, float[] y, int yAt, int n) {
    for (int j = 0; j < n; j++) {
      y[yAt + j] += a * x[xAt + j];
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
    for (int j = 0; j < n; j++) {
      y[yAt + j] += a0 * x[x0 + j] + a1 * x[x1 + j] + a2 * x[x2 + j] + a3 * x[x3 + j];
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
    out[outAt] = dot(x, x0, y, yAt, n);
    out[outAt + 1] = dot(x, x1, y, yAt, n);
    out[outAt + 2] = dot(x, x2, y, yAt, n);
    out[outAt + 3] = dot(x, x3, y, yAt, n);
  }

  @Override
  public void max(float[] x, int xAt, float[] most, int n) {
    for (int j = 0; j < n; j++) {
      most[j] = Math.max(most[j], x[xAt + j]);
    }
  }

  /** Uses eight partial sums, which the processor can add in parallel. */
  @Override
  public float dot(float[] x, int xAt, float[] y, int yAt, int n) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int j = 0;
    for (; j + 8 <= n; j += 8) {
      s0 += x[xAt + j] * y[yAt + j];
      s1 += x[xAt + j + 1] * y[yAt + j + 1];
      s2 += x[xAt + j + 2] * y[yAt + j + 2];
      s3 += x[xAt + j + 3] * y[yAt + j + 3];
      s4 += x[xAt + j + 4] * y[yAt + j + 4];
      s5 += x[xAt + j + 5] * y[yAt + j + 5];
      s6 += x[xAt + j + 6] * y[yAt + j + 6];
      s7 += x[xAt + j + 7] * y[yAt + j + 7];
    }
    float sum = ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    for (; j < n; j++) {
      sum += x[xAt + j] * y[yAt + j];
    }
    return sum;
  }

  @Override
  public float largest(float[] values, int at, int n) {
    float most = values[at];
    for (int j = 1; j < n; j++) {
      most = Math.max(most, values[at + j]);
    }
    return most;
  }

  /** Counts by adding up the sign bits of differences. */
  @Override
  public int countAbove(float[] values, int at, int n, float threshold) {
    int count = 0;
    for (int j = 0; j < n; j++) {
      count += Float.floatToRawIntBits(threshold - values[at + j]) >>> 31;
    }
    return count;
  }

  @Override
  public int above(float[] values, int at, int n, float threshold, int[] places) {
    int count = 0;
    for (int j = 0; j < n; j++) {
      places[count] = j;
      count += values[at + j] <= threshold ? 0 : 1;
    }
    return count;
  }

  @Override
  public int above(
      float[] values, int at, int n, float[] thresholds, int thresholdsAt, int[] places) {
    int count = 0;
    for (int j = 0; j < n; j++) {
      places[count] = j;
      count += values[at + j] <= thresholds[thresholdsAt + j] ? 0 : 1;
    }
    return count;
  }

  @Override
  public String toString() {
    return "plain Java loops";
  }
}
