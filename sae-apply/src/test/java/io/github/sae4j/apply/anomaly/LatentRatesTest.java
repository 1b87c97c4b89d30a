package io.github.sae4j.apply.anomaly;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LatentRatesTest {
  /** Worked by hand: with 4 rows, the rates (n + ½)/5 are 0.9, 0.1 and 0.5. */
  private static final LatentRates RATES = new LatentRates(new long[] {4, 0, 2}, 4);

  @Test
  void surpriseByHand() {
    assertEquals(0.9, RATES.rate(0));
    assertEquals(0.1, RATES.rate(1));
    assertEquals(0.5, RATES.rate(2));
    // none active: -log(0.1 * 0.9 * 0.5)
    assertEquals(-Math.log(0.045), RATES.surprise(new int[0], 0, 0), 1e-12);
    // the first alone, as expected: -log(0.9 * 0.9 * 0.5)
    assertEquals(-Math.log(0.405), RATES.surprise(new int[] {0}, 0, 1), 1e-12);
    // the two that are expected the least: -log(0.1 * 0.1 * 0.5), entries 1 and 2 of the array
    assertEquals(-Math.log(0.005), RATES.surprise(new int[] {0, 1, 2}, 1, 3), 1e-12);
  }

  @Test
  void theTermsOfAllLatentsAddUpToTheSurprise() {
    double sum = RATES.surprise(0, false) + RATES.surprise(1, true) + RATES.surprise(2, false);
    assertEquals(RATES.surprise(new int[] {1}, 0, 1), sum, 1e-12);
  }

  @Test
  void theMostExpectedOfTheAbsentLatentsComeFirst() {
    assertArrayEquals(new int[] {0, 2, 1}, RATES.missed(new int[0], 3));
    assertArrayEquals(new int[] {2}, RATES.missed(new int[] {0}, 1));
    assertArrayEquals(new int[] {1}, RATES.missed(new int[] {0, 2}, 9));
  }

  @Test
  void countsThatCannotBeAreRefused() {
    String none =
        assertThrows(IllegalArgumentException.class, () -> new LatentRates(new long[] {0}, 0))
            .getMessage();
    assertTrue(none.contains("at least 1 row, got 0"), none);
    String many =
        assertThrows(IllegalArgumentException.class, () -> new LatentRates(new long[] {1, 5}, 4))
            .getMessage();
    assertTrue(many.contains("latent 1 must be active in 0 to 4 rows, got 5"), many);
  }
}
