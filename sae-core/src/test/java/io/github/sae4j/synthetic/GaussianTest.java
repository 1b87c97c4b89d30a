package io.github.sae4j.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GaussianTest {

  @ParameterizedTest
  @CsvSource({
    "0.5, 0",
    "0.9, 1.2815515655",
    "0.975, 1.9599639845",
    "0.001, -3.0902323062",
    "1e-7, -5.1993375822",
    "1e-12, -7.0344838253"
  })
  void quantilesMatchPublishedTables(double p, double x) {
    assertEquals(x, Gaussian.quantile(p), 2e-6);
    assertEquals(p, Gaussian.cdf(x), 1e-7);
  }

  @Test
  void isSymmetric() {
    for (double p = 0.01; p < 0.5; p += 0.01) {
      assertEquals(-Gaussian.quantile(p), Gaussian.quantile(1 - p), 1e-9);
      assertEquals(1, Gaussian.cdf(p) + Gaussian.cdf(-p), 1e-12);
    }
  }

  @Test
  void numbersOfARow() {
    RowRandom random = new RowRandom();
    int rows = 200;
    int each = 500;
    double uniform = 0;
    double exponential = 0;
    double gaussian = 0;
    double squares = 0;
    int below = 0;
    for (int row = 0; row < rows; row++) {
      random.start(5, row);
      for (int i = 0; i < each; i++) {
        uniform += random.uniform();
        exponential += random.exponential();
        double value = random.gaussian();
        gaussian += value;
        squares += value * value;
        below += random.below(3);
      }
    }
    int n = rows * each;
    double error = 5 / Math.sqrt(n);
    assertEquals(0.5, uniform / n, error / Math.sqrt(12));
    assertEquals(1, exponential / n, error);
    assertEquals(0, gaussian / n, error);
    assertEquals(1, squares / n, error * Math.sqrt(2));
    assertEquals(1, (double) below / n, error * Math.sqrt(2.0 / 3));
  }
}
