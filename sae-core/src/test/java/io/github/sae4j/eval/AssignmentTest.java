package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssignmentTest {

  @Test
  void handWorked() {
    // the largest weight, 9, is not part of the best assignment: 8 + 7 + 5 against 9 + 2 + 5 or 9 +
    // 4 + 3
    float[] weights = {9, 8, 1, 7, 2, 4, 6, 3, 5};
    assertArrayEquals(new int[] {1, 0, 2}, Assignment.heaviest(weights, 3, 3));
  }

  @Test
  void unequalSizes() {
    float[] weights = {5, 6, 1, 5, 9, 2};
    assertArrayEquals(new int[] {0, 1}, Assignment.heaviest(weights, 2, 3));
    // three rows, two columns: 5 9 | 6 5 | 1 2
    float[] tall = {5, 9, 6, 5, 1, 2};
    assertArrayEquals(new int[] {1, 0, -1}, Assignment.heaviest(tall, 3, 2));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "5, 5", "4, 7", "7, 4", "6, 6", "1, 6", "6, 1"})
  void matchesExhaustiveSearch(int rows, int columns) {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      float[] weights = new float[rows * columns];
      for (int i = 0; i < weights.length; i++) {
        // few distinct values, to produce ties
        weights[i] = random.nextInt(seed < 10 ? 5 : 1000) - 2;
      }
      int[] columnOf = Assignment.heaviest(weights, rows, columns);
      int[] used = Arrays.stream(columnOf).filter(c -> c >= 0).toArray();
      assertEquals(Math.min(rows, columns), used.length);
      assertEquals(used.length, Arrays.stream(used).distinct().count());
      assertEquals(
          best(weights, rows, columns, 0, new boolean[columns], Math.max(0, rows - columns)),
          sum(weights, columns, columnOf),
          "seed " + seed);
    }
  }

  @Test
  void findsAHiddenPermutationOfAThousand() {
    int n = 1024;
    Random random = new Random(1);
    float[] weights = new float[n * n];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextFloat() * 0.9f;
    }
    int[] hidden = new int[n];
    for (int row = 0; row < n; row++) {
      hidden[row] = (row * 321 + 7) % n;
      weights[row * n + hidden[row]] = 1;
    }
    assertArrayEquals(hidden, Assignment.heaviest(weights, n, n));
  }

  @Test
  void nonFiniteWeightsThrow() {
    float[] weights = {1, Float.NaN, Float.NaN, Float.NaN};
    String message =
        assertThrows(IllegalArgumentException.class, () -> Assignment.heaviest(weights, 2, 2))
            .getMessage();
    assertEquals("row 1 has a weight that is not finite", message);
  }

  private static double sum(float[] weights, int columns, int[] columnOf) {
    double sum = 0;
    for (int row = 0; row < columnOf.length; row++) {
      sum += columnOf[row] < 0 ? 0 : weights[row * columns + columnOf[row]];
    }
    return sum;
  }

  /** Tries every assignment from a row on, with this many rows allowed to go without a column. */
  private static double best(
      float[] weights, int rows, int columns, int row, boolean[] taken, int without) {
    if (row == rows) {
      return 0;
    }
    double best =
        without > 0
            ? best(weights, rows, columns, row + 1, taken, without - 1)
            : Double.NEGATIVE_INFINITY;
    for (int c = 0; c < columns; c++) {
      if (!taken[c]) {
        taken[c] = true;
        double rest = best(weights, rows, columns, row + 1, taken, without);
        best = Math.max(best, weights[row * columns + c] + rest);
        taken[c] = false;
      }
    }
    return best;
  }
}
