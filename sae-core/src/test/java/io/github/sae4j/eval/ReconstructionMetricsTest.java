package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.SparseCodes;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReconstructionMetricsTest {

  @Test
  void handWorked() {
    // mean (2, 3): squared distances 2 and 2; squared errors 16 and 0; cosines 3/5 and 1
    ReconstructionMetrics metrics = new ReconstructionMetrics(2);
    metrics.add(new float[] {3, 4, 1, 2}, new float[] {3, 0, 1, 2}, 2, codes(2, 3));
    Reconstruction result = metrics.result();
    assertEquals(2, result.rows());
    assertEquals(16.0 / (2 * (1 + 1)), result.fvu(), 1e-12);
    assertEquals(1 - 4.0, result.explainedVariance(), 1e-12);
    assertEquals(16.0 / 4, result.meanSquaredError(), 1e-12);
    assertEquals((0.6 + 1) / 2, result.cosine(), 1e-12);
    assertEquals((0.6 + 1) / 2, result.normRatio(), 1e-12);
    assertEquals((9 + 5) / (9.0 + 5), result.relativeBias(), 1e-12);
    assertEquals(1.5, result.l0(), 1e-12);
    assertEquals(0.75, result.l1(), 1e-12);
  }

  @Test
  void shrinkage() {
    // rows with norms 5 and 1, halved and doubled: γ = (6.25 + 4) / (12.5 + 2)
    ReconstructionMetrics metrics = new ReconstructionMetrics(2);
    metrics.add(new float[] {3, 4, 0, 1}, new float[] {1.5f, 2, 0, 2}, 2, codes(2, 0));
    assertEquals((0.5 + 2) / 2, metrics.result().normRatio(), 1e-12);
    assertEquals(10.25 / 14.5, metrics.result().relativeBias(), 1e-12);
    ReconstructionMetrics halved = new ReconstructionMetrics(2);
    halved.add(new float[] {3, 4, 0, 1}, new float[] {1.5f, 2, 0, 0.5f}, 2, codes(2, 0));
    assertEquals(0.5, halved.result().normRatio(), 1e-12);
    assertEquals(0.5, halved.result().relativeBias(), 1e-12);
  }

  @Test
  void activationsOfEitherSignCountInL1() {
    ReconstructionMetrics metrics = new ReconstructionMetrics(1);
    int[] starts = {0, 2, 3};
    SparseCodes codes =
        SparseCodes.ofFloats(4, starts, new int[] {0, 3, 1}, new float[] {1.5f, -0.5f, 4});
    metrics.add(new float[] {1, 2}, new float[] {1, 2}, 2, codes);
    assertEquals(3, metrics.result().l1(), 1e-12);
    assertEquals(1.5, metrics.result().l0(), 1e-12);
    assertThrows(
        IllegalArgumentException.class,
        () -> metrics.add(new float[] {1}, new float[] {1}, 1, codes));
  }

  @Test
  void predictingTheMeanExplainsNothing() {
    ReconstructionMetrics metrics = new ReconstructionMetrics(1);
    metrics.add(new float[] {1, 2, 6}, new float[] {3, 3, 3}, 3, codes(3, 0));
    assertEquals(1, metrics.result().fvu(), 1e-12);
    assertEquals(0, metrics.result().explainedVariance(), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 333})
  void anySplitIntoBatchesGivesTheSameBits(int batch) {
    int width = 5;
    int rows = 333;
    float[] x = noise(rows * width, 1, 1000);
    float[] reconstruction = noise(rows * width, 2, 1000);
    ReconstructionMetrics whole = new ReconstructionMetrics(width);
    whole.add(x, reconstruction, rows, codes(rows, 3 * rows));
    ReconstructionMetrics split = new ReconstructionMetrics(width);
    for (int from = 0; from < rows; from += batch) {
      int to = Math.min(rows, from + batch);
      split.add(
          Arrays.copyOfRange(x, from * width, to * width),
          Arrays.copyOfRange(reconstruction, from * width, to * width),
          to - from,
          codes(to - from, 3 * (to - from)));
    }
    assertEquals(whole.result(), split.result());
  }

  @Test
  void varianceSurvivesALargeMean() {
    float[] x = noise(20_000, 3, 100_000);
    double mean = 0;
    for (float value : x) {
      mean += value / (double) x.length;
    }
    double variation = 0;
    for (float value : x) {
      variation += (value - mean) * (value - mean);
    }
    ReconstructionMetrics metrics = new ReconstructionMetrics(1);
    metrics.add(x, new float[x.length], x.length, codes(x.length, 0));
    double squares = metrics.result().meanSquaredError() * x.length;
    assertEquals(squares / variation, metrics.result().fvu(), 1e-9 * squares / variation);
  }

  @Test
  void degenerateRows() {
    ReconstructionMetrics constant = new ReconstructionMetrics(2);
    constant.add(new float[] {1, 1, 1, 1}, new float[] {1, 1, 1, 1}, 2, codes(2, 0));
    assertTrue(Double.isNaN(constant.result().fvu()));
    ReconstructionMetrics zero = new ReconstructionMetrics(2);
    zero.add(new float[] {0, 0, 1, 0}, new float[] {0, 0, 1, 0}, 2, codes(2, 0));
    assertEquals(0.5, zero.result().cosine());
    assertEquals(1, zero.result().normRatio());
    ReconstructionMetrics nothing = new ReconstructionMetrics(1);
    nothing.add(new float[] {0}, new float[] {0}, 1, codes(1, 0));
    assertTrue(Double.isNaN(nothing.result().normRatio()));
    assertTrue(Double.isNaN(nothing.result().relativeBias()));
    assertThrows(IllegalStateException.class, () -> new ReconstructionMetrics(1).result());
  }

  /** Returns codes with this many entries in the last row, each 0.5. */
  private static SparseCodes codes(int rows, int entries) {
    int[] starts = new int[rows + 1];
    starts[rows] = entries;
    float[] values = new float[entries];
    Arrays.fill(values, 0.5f);
    return SparseCodes.ofFloats(Math.max(1, entries), starts, new int[entries], values);
  }

  private static float[] noise(int n, long seed, float mean) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = mean + (float) random.nextGaussian();
    }
    return values;
  }
}
