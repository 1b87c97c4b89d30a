package io.github.sae4j.engine;

/** Plain Java loops, in forms that the JIT compiler can turn into vector instructions. */
final class ScalarKernels implements Kernels {

  @Override
  public void axpy(float a, float[] x, int xAt, float[] y, int yAt, int n) {
    for (int j = 0; j < n; j++) {
      y[yAt + j] += a * x[xAt + j];
    }
  }

  /** Eight partial sums, which the processor can add side by side. */
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
  public int above(float[] values, int at, int n, float threshold, int[] places) {
    int count = 0;
    for (int j = 0; j < n; j++) {
      if (!(values[at + j] <= threshold)) {
        places[count++] = j;
      }
    }
    return count;
  }

  @Override
  public String toString() {
    return "plain Java loops";
  }
}
