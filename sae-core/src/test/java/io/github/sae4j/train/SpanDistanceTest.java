package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpanDistanceTest {

  @Test
  void byHand() {
    float[] rows = {3, 0, 0, 2, 2, 0, 0, 0, 5, 1, 1, 0};
    assertArrayEquals(new double[] {8}, SpanDistance.squares(rows, 3, new int[] {1}));
    // the parts at a right angle: 3·sin 45°, √8·sin 45°
    assertArrayEquals(
        new double[] {4.5, 4, 25}, SpanDistance.squares(rows, 3, new int[] {0, 1, 2}), 1e-3);
    assertArrayEquals(
        new double[] {4.5, 0, 0}, SpanDistance.squares(rows, 3, new int[] {0, 1, 3}), 1e-3);
    assertArrayEquals(new double[0], SpanDistance.squares(rows, 3, new int[0]));
    assertArrayEquals(new double[2], SpanDistance.squares(new float[6], 3, new int[] {0, 1}));
  }

  @Test
  void likeTakingTheOthersOut() {
    int n = 5;
    int width = 9;
    SplittableRandom random = new SplittableRandom(3);
    float[] rows = new float[n * width];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) (random.nextDouble() - .3);
    }
    double[] squares = SpanDistance.squares(rows, width, IntStream.range(0, n).toArray());
    for (int last = 0; last < n; last++) {
      double[][] basis = new double[n][]; // by Gram and Schmidt, that row last
      for (int i = 0; i < n; i++) {
        int row = (last + 1 + i) % n;
        basis[i] = IntStream.range(0, width).mapToDouble(j -> rows[row * width + j]).toArray();
        for (int k = 0; k < i; k++) {
          double along = dot(basis[i], basis[k]) / dot(basis[k], basis[k]);
          for (int j = 0; j < width; j++) {
            basis[i][j] -= along * basis[k][j];
          }
        }
      }
      assertEquals(dot(basis[n - 1], basis[n - 1]), squares[last], 1e-4);
    }
  }

  @Test
  void ofVeryManyItIsTheirLength() {
    float[] rows = new float[SpanDistance.MOST + 1];
    Arrays.fill(rows, 2);
    int[] all = IntStream.range(0, rows.length).toArray();
    assertEquals(4, SpanDistance.squares(rows, 1, all)[7]);
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int j = 0; j < x.length; j++) {
      sum += x[j] * y[j];
    }
    return sum;
  }
}
