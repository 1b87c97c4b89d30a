package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GeometricMedianTest {

  @Test
  void ofFourCornersIsWhereTheDiagonalsCross() {
    // for the corners of a convex quadrilateral it is where the diagonals cross
    double[] median = median(2, 0, 0, 4, 0, 4, 4, 0, 4);
    assertArrayEquals(new double[] {2, 2}, median, 1e-4);
    median = median(2, 0, 0, 6, 0, 2, 2, 0, 6);
    assertArrayEquals(new double[] {2, 2}, median, 1e-3);
  }

  @Test
  void outliersHardlyMoveIt() {
    Random random = new Random(1);
    float[] values = new float[1000 * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (1 + 0.1 * random.nextGaussian());
    }
    double[] clean = GeometricMedian.of(new RowSample(values.clone(), 1000, 4));
    for (int i = 0; i < 50 * 4; i++) {
      values[i] = 1e6f;
    }
    double[] spoilt = GeometricMedian.of(new RowSample(values, 1000, 4));
    for (int j = 0; j < 4; j++) {
      assertEquals(1, clean[j], 0.02);
      assertEquals(1, spoilt[j], 0.05);
    }
  }

  @Test
  void survivesRowsThatAreAllTheSame() {
    double[] median = median(3, 1, 2, 3, 1, 2, 3);
    assertArrayEquals(new double[] {1, 2, 3}, median, 1e-9);
    assertTrue(Double.isFinite(median(1, 7)[0]));
  }

  private static double[] median(int width, float... values) {
    return GeometricMedian.of(new RowSample(values, values.length / width, width));
  }
}
