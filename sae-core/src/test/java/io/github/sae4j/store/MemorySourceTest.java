package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MemorySourceTest {

  private static void assertRefused(String message, Executable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action).getMessage());
  }

  @Test
  void badRowsAreRefused() {
    String none = "there are no rows: expected at least one";
    assertRefused(none, () -> MemorySource.of((float[][]) null));
    assertRefused(none, () -> MemorySource.of(new float[0][]));
    assertRefused(none, () -> MemorySource.of((INDArray) null));
    assertRefused("row 0 is null", () -> MemorySource.of(new float[2][]));
    assertRefused("row 1 is null", () -> MemorySource.of(new float[][] {{1}, null}));
    assertRefused(
        "all rows must have the same width, but row 0 has 2 values and row 1 has 3",
        () -> MemorySource.of(new float[][] {{1, 2}, {1, 2, 3}}));
    assertRefused(
        "rows must have at least one value, got 0", () -> MemorySource.of(new float[2][0]));
    assertRefused(
        "rows must have at least one value, got 0", () -> MemorySource.of(new float[2], 0));
    assertRefused(
        "5 values do not make whole rows of width 2", () -> MemorySource.of(new float[5], 2));
    assertRefused(
        "rows must be a matrix of numbers, [rows, width], got FLOAT of shape [2, 2, 2]",
        () -> MemorySource.of(Nd4j.ones(2, 2, 2)));
  }

  @Test
  void nd4jArraysAreCopiedAndJavaArraysAreNot() {
    float[][] rows = {{1, 2}, {3, 4}};
    INDArray matrix = Nd4j.createFromArray(rows);
    MemorySource shared = MemorySource.of(rows);
    MemorySource copy = MemorySource.of(matrix);
    rows[1][0] = 30;
    matrix.putScalar(1, 0, 40);
    assertArrayEquals(new float[] {1, 2, 30, 4}, shared.toArray());
    assertArrayEquals(new float[] {1, 2, 3, 4}, copy.toArray());
  }

  @Test
  void aDescriptionIsKept() {
    MemorySource rows = MemorySource.of(new float[] {1, 2}, 2);
    assertEquals("rows in memory", rows.description());
    assertEquals("patches", rows.describedAs("patches").title());
    assertEquals("row 0, column 1 of patches", rows.describedAs("patches").locate(0, 1));
  }
}
