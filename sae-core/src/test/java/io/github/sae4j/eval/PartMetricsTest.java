package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.store.SourcePart;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartMetricsTest {
  private static final SourcePart A = new SourcePart("a", 0, 2);
  private static final SourcePart B = new SourcePart("b", 2, 1);

  @Test
  void handWorked() {
    PartMetrics metrics = new PartMetrics(List.of(A, B));
    metrics.add(new float[] {3, 4, 5, 1, 2, 9}, new float[] {3, 0, 6, 1, 2, -9}, 2);
    List<PartReconstruction> result = metrics.result();
    // a: mean (2, 3), squared distances 2 and 2; squared errors 16 and 0; cosines 3/5 and 1
    assertEquals(A, result.get(0).part());
    assertEquals(2, result.get(0).rows());
    assertEquals(16.0 / 4, result.get(0).fvu(), 1e-12);
    assertEquals(1 - 4.0, result.get(0).explainedVariance(), 1e-12);
    assertEquals(16.0 / 4, result.get(0).meanSquaredError(), 1e-12);
    assertEquals(4.0 / 2, result.get(0).variance(), 1e-12);
    assertEquals((0.6 + 1) / 2, result.get(0).cosine(), 1e-12);
    // b: mean 7, squared distances 4 and 4; squared errors 1 and 18²; cosines 1 and -1
    assertEquals(B, result.get(1).part());
    assertEquals(8.0 / 2, result.get(1).variance(), 1e-12);
    assertEquals(325.0 / 8, result.get(1).fvu(), 1e-12);
    assertEquals(325.0 / 2, result.get(1).meanSquaredError(), 1e-12);
    assertEquals(0, result.get(1).cosine(), 1e-12);
  }

  @Test
  void measuresEachPartLikeRowsOfItsOwn() {
    int rows = 50;
    float[] x = noise(rows * 3, 1);
    float[] reconstruction = noise(rows * 3, 2);
    PartMetrics metrics = new PartMetrics(List.of(A, B));
    metrics.add(x, reconstruction, rows);
    for (PartReconstruction found : metrics.result()) {
      PartMetrics alone =
          new PartMetrics(List.of(new SourcePart(found.part().name(), 0, found.part().width())));
      alone.add(columns(x, found.part()), columns(reconstruction, found.part()), rows);
      PartReconstruction expected = alone.result().get(0);
      assertEquals(expected.fvu(), found.fvu());
      assertEquals(expected.meanSquaredError(), found.meanSquaredError());
      assertEquals(expected.cosine(), found.cosine());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 333})
  void anySplitIntoBatchesGivesTheSameBits(int batch) {
    int rows = 333;
    float[] x = noise(rows * 3, 1);
    float[] reconstruction = noise(rows * 3, 2);
    PartMetrics whole = new PartMetrics(List.of(A, B));
    whole.add(x, reconstruction, rows);
    PartMetrics split = new PartMetrics(List.of(A, B));
    for (int from = 0; from < rows; from += batch) {
      int to = Math.min(rows, from + batch);
      split.add(
          Arrays.copyOfRange(x, from * 3, to * 3),
          Arrays.copyOfRange(reconstruction, from * 3, to * 3),
          to - from);
    }
    assertEquals(whole.result(), split.result());
  }

  @Test
  void degenerateRows() {
    PartMetrics metrics = new PartMetrics(List.of(A, B));
    assertThrows(IllegalStateException.class, metrics::result);
    metrics.add(new float[] {0, 0, 1, 0, 0, 2}, new float[] {0, 0, 1, 0, 0, 2}, 2);
    assertTrue(Double.isNaN(metrics.result().get(0).fvu()));
    assertEquals(0, metrics.result().get(0).cosine());
    assertEquals(0, metrics.result().get(1).fvu());
    assertEquals(1, metrics.result().get(1).cosine());
    assertThrows(IndexOutOfBoundsException.class, () -> metrics.add(new float[6], new float[5], 2));
  }

  @Test
  void partsMustCoverARow() {
    assertMessage("expected part 'b' at 0, found it at 2", List.of(B));
    assertMessage("two parts are named 'a'", List.of(A, new SourcePart("a", 2, 1)));
    assertMessage("at least one part", List.of());
    assertThrows(IllegalArgumentException.class, () -> new SourcePart("a", -1, 1));
    assertThrows(IllegalArgumentException.class, () -> new SourcePart("a", 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new SourcePart("a", Integer.MAX_VALUE, 1));
  }

  private static void assertMessage(String expected, List<SourcePart> parts) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new PartMetrics(parts)).getMessage();
    assertTrue(message.contains(expected), message);
  }

  private static float[] columns(float[] rows, SourcePart part) {
    float[] columns = new float[rows.length / 3 * part.width()];
    for (int row = 0; row < rows.length / 3; row++) {
      System.arraycopy(rows, row * 3 + part.offset(), columns, row * part.width(), part.width());
    }
    return columns;
  }

  private static float[] noise(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = 100 + (float) random.nextGaussian();
    }
    return values;
  }
}
