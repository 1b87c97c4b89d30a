package io.github.sae4j.apply.anomaly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConformalCalibrationTest {

  @Test
  void byHand() {
    ConformalCalibration nine = new ConformalCalibration(new double[] {9, 8, 7, 6, 5, 4, 3, 2, 1});
    assertEquals(9, nine.threshold(0.1)); // floor(0.1 * 10) = 1 of 10 may be above the rest
    assertEquals(8, nine.threshold(0.2));
    assertEquals(8, nine.threshold(0.29));
    assertEquals(5, nine.threshold(0.5));
    assertEquals(0.1, nine.pValue(9.5));
    assertEquals(0.2, nine.pValue(9));
    assertEquals(1, nine.pValue(0));
  }

  @Test
  void anAlarmIsAPValueOfAtMostTheRate() {
    Random random = new Random(1);
    for (int n = 9; n < 60; n++) {
      double[] scores = random.ints(n, 0, 20).asDoubleStream().toArray(); // with equal ones
      ConformalCalibration calibration = new ConformalCalibration(scores);
      for (double rate : new double[] {0.1, 0.15, 0.2, 0.5, 0.9}) {
        for (double score = -1; score < 22; score += 0.5) {
          assertEquals(
              calibration.pValue(score) <= rate + 1e-9, score > calibration.threshold(rate));
        }
      }
    }
  }

  /**
   * Over many random splits of the same rows, the rate of false alarms is what was wanted: at most
   * α, and more than α − 1/(n + 1). The bounds are 4 standard errors wide, so a threshold that is
   * off by one calibration row is found.
   */
  @ParameterizedTest
  @CsvSource({"0.01, 99", "0.01, 250", "0.05, 99", "0.1, 44", "0.2, 9"})
  void theRateOfFalseAlarmsIsGuaranteed(double rate, int calibrationRows) {
    int testRows = 200;
    int splits = 5000;
    Random random = new Random(7);
    double[] rows = // with a heavy tail
        IntStream.range(0, 20_000).mapToDouble(i -> 1 / (1 - random.nextDouble())).toArray();
    double[] rates = new double[splits];
    for (int split = 0; split < splits; split++) {
      int need = calibrationRows + testRows;
      for (int i = 0; i < need; i++) {
        int j = i + random.nextInt(rows.length - i);
        double swapped = rows[i];
        rows[i] = rows[j];
        rows[j] = swapped;
      }
      double threshold =
          new ConformalCalibration(Arrays.copyOf(rows, calibrationRows)).threshold(rate);
      rates[split] =
          Arrays.stream(rows, calibrationRows, need).filter(score -> score > threshold).count()
              / (double) testRows;
    }
    double mean = Arrays.stream(rates).average().orElseThrow();
    double variance =
        Arrays.stream(rates).map(each -> (each - mean) * (each - mean)).sum() / (splits - 1);
    double bound = 4 * Math.sqrt(variance / splits);
    assertTrue(bound < 1.0 / (calibrationRows + 1), "the test can tell one row: " + bound);
    assertTrue(mean <= rate + bound, mean + " is more than " + rate);
    assertTrue(mean > rate - 1.0 / (calibrationRows + 1) - bound, mean + " is too few");
  }

  @Test
  void tooFewRowsForARateAreRefused() {
    assertEquals(99, ConformalCalibration.leastRows(0.01));
    assertEquals(9, ConformalCalibration.leastRows(0.1));
    assertEquals(1, ConformalCalibration.leastRows(0.5));
    assertEquals(999, ConformalCalibration.leastRows(0.001));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new ConformalCalibration(new double[98]).threshold(0.01))
            .getMessage();
    assertEquals("a false-alarm rate of 0.01 needs at least 99 calibration rows, got 98", message);
    new ConformalCalibration(new double[99]).requireEnough(0.01);
    for (double wrong : new double[] {0, 1, -0.1, 2, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> ConformalCalibration.leastRows(wrong));
    }
    assertThrows(IllegalArgumentException.class, () -> new ConformalCalibration(new double[0]));
  }
}
