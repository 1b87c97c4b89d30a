package io.github.sae4j.examples.anomaly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RankingTest {
  @Test
  void byHand() {
    // from the top: anomaly 5, normal 4, anomaly 3, normal 2, normal 1
    Ranking ranking = new Ranking(new double[] {1, 4, 2}, new double[] {5, 3});
    assertEquals(5 / 6.0, ranking.rocAuc(), 1e-12); // 5 of 6 pairs are in order
    assertEquals((1 / 1.0 + 2 / 3.0) / 2, ranking.prAuc(), 1e-12);
  }

  @Test
  void equalScoresCountHalf() {
    Ranking ranking = new Ranking(new double[] {1, 1}, new double[] {1, 1});
    assertEquals(0.5, ranking.rocAuc());
    assertEquals(0.5, ranking.prAuc());
  }

  @Test
  void perfectAndReversed() {
    assertEquals(1, new Ranking(new double[] {1, 2}, new double[] {3}).rocAuc());
    assertEquals(1, new Ranking(new double[] {1, 2}, new double[] {3}).prAuc());
    assertEquals(0, new Ranking(new double[] {1, 2}, new double[] {0}).rocAuc());
    assertEquals(1 / 3.0, new Ranking(new double[] {1, 2}, new double[] {0}).prAuc(), 1e-12);
  }

  @Test
  void anEmptyClassIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new Ranking(new double[0], new double[] {1}));
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new LabelledRows.Builder().build("Nothing"))
            .getMessage();
    assertEquals("Nothing has 0 normal and 0 anomalous rows: both are needed", message);
  }

  /** Of 1,000 rows at 1 %, by the binomial distribution: 3 to 19. */
  @Test
  void falseAlarmsWithinTheInterval() {
    assertFalse(StudyTable.within(2, 1000, 0.01));
    assertTrue(StudyTable.within(3, 1000, 0.01));
    assertTrue(StudyTable.within(19, 1000, 0.01));
    assertFalse(StudyTable.within(20, 1000, 0.01));
  }
}
