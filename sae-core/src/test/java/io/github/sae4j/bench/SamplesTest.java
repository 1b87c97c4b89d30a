package io.github.sae4j.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void medianIsTheMiddleOne() {
    assertEquals(2, of(3, 1, 2).median());
    assertEquals(2.5, of(9, 3, 1, 2).median());
    assertEquals(7, of(7).median());
  }

  @Test
  void meanCountsAll() {
    assertEquals(2.5, of(1, 2, 7, 0).mean());
  }

  @Test
  void nothingHasNoMedian() {
    Samples cleared = of(1, 2);
    cleared.clear();
    assertEquals(0, cleared.count());
    assertThrows(IllegalStateException.class, cleared::median);
    assertThrows(IllegalStateException.class, cleared::mean);
  }

  @Test
  void secondsPass() {
    Samples samples = new Samples();
    samples.addSince(System.nanoTime() - 2_000_000_000L);
    assertTrue(samples.median() >= 2 && samples.median() < 60, "got " + samples.median());
  }

  private static Samples of(double... seconds) {
    Samples samples = new Samples();
    for (double value : seconds) {
      samples.add(value);
    }
    return samples;
  }
}
