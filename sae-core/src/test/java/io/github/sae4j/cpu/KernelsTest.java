package io.github.sae4j.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares both kinds of kernels with plain sums, at lengths with and without a remainder. */
class KernelsTest {
  private static final int AT = 3;

  private final Random random = new Random(8);

  private float[] values(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @Test
  void testsRunWithTheVectorApi() {
    assertInstanceOf(VectorKernels.class, Kernels.INSTANCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 16, 33, 64, 127, 768})
  void agreeWithPlainSums(int n) {
    check(new ScalarKernels(), n);
    check(new VectorKernels(), n);
  }

  private void check(Kernels kernels, int n) {
    float[] x = values(4 * n + AT);
    float[] y = values(n + AT);
    float[] sum = y.clone();
    kernels.axpy(.5f, x, AT, sum, AT, n);
    double dot = 0;
    for (int j = AT; j < n + AT; j++) {
      assertEquals(y[j] + .5f * x[j], sum[j], 1e-6);
      dot += (double) x[j] * y[j];
    }
    assertEquals(dot, kernels.dot(x, AT, y, AT, n), 1e-5 * (1 + n));

    float[] four = y.clone();
    kernels.axpy4(1, AT, 2, AT + n, 3, AT + 2 * n, 4, AT + 3 * n, x, four, AT, n);
    float[] dots = new float[5];
    kernels.dot4(x, AT, AT + n, AT + 2 * n, AT + 3 * n, y, AT, n, dots, 1);
    double[] expected = new double[4];
    for (int j = 0; j < n; j++) {
      double value = y[AT + j];
      for (int r = 0; r < 4; r++) {
        value += (r + 1) * x[AT + r * n + j];
        expected[r] += (double) x[AT + r * n + j] * y[AT + j];
      }
      assertEquals(value, four[AT + j], 1e-5);
    }
    for (int r = 0; r < 4; r++) {
      assertEquals(expected[r], dots[r + 1], 1e-5 * (1 + n));
    }
    checkSelection(kernels, x, n);
  }

  private void checkSelection(Kernels kernels, float[] x, int n) {
    int[] places = new int[n];
    int hits = kernels.above(x, AT, n, .5f, places);
    int[] expected = IntStream.range(0, n).filter(j -> x[AT + j] > .5f).toArray();
    assertArrayEquals(expected, Arrays.copyOf(places, hits));
    assertEquals(expected.length, kernels.countAbove(x, AT, n, .5f));
    float[] thresholds = values(n + 1);
    hits = kernels.above(x, AT, n, thresholds, 1, places);
    expected = IntStream.range(0, n).filter(j -> x[AT + j] > thresholds[1 + j]).toArray();
    assertArrayEquals(expected, Arrays.copyOf(places, hits));
    assertEquals(0, kernels.above(x, AT, n, x, AT, places));
    if (n > 0) {
      float most = Float.NEGATIVE_INFINITY;
      for (int j = 0; j < n; j++) {
        most = Math.max(most, x[AT + j]);
      }
      assertEquals(most, kernels.largest(x, AT, n));
      float[] maxima = values(n);
      float[] before = maxima.clone();
      kernels.max(x, AT, maxima, n);
      for (int j = 0; j < n; j++) {
        assertEquals(Math.max(before[j], x[AT + j]), maxima[j]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 16, 40})
  void nanCountsAsAbove(int n) {
    float[] x = new float[n];
    x[n - 2] = Float.NaN;
    for (Kernels kernels : new Kernels[] {new ScalarKernels(), new VectorKernels()}) {
      int[] places = new int[n];
      assertEquals(1, kernels.above(x, 0, n, 1f, places));
      assertEquals(n - 2, places[0]);
      places[0] = -1;
      float[] thresholds = new float[n];
      thresholds[0] = -1;
      assertEquals(2, kernels.above(x, 0, n, thresholds, 0, places));
      assertArrayEquals(new int[] {0, n - 2}, Arrays.copyOf(places, 2));
    }
  }
}
