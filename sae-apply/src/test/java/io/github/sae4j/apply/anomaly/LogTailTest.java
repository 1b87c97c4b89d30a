package io.github.sae4j.apply.anomaly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LogTailTest {

  @Test
  void placesByHand() {
    LogTail tail = new LogTail(new double[] {3, 1, 2, 2});
    assertEquals(0, tail.of(0), "all four are at least as large: log(5/5)");
    assertEquals(0, tail.of(1));
    assertEquals(-Math.log(4 / 5.0), tail.of(1.5), 1e-12);
    assertEquals(-Math.log(4 / 5.0), tail.of(2), 1e-12);
    assertEquals(-Math.log(2 / 5.0), tail.of(3), 1e-12);
  }

  @Test
  void theOrderIsKeptBeyondTheLargest() {
    LogTail tail = new LogTail(new double[] {1, 3});
    assertEquals(Math.log(3), tail.of(Math.nextUp(3.0)), 1e-12);
    assertEquals(Math.log(3) + Math.log(2), tail.of(6), 1e-12);
    assertEquals(Math.log(3) + Math.log(1e9), tail.of(3e9), 1e-9);
    assertEquals(Math.log(2) + Math.log(5), new LogTail(new double[1]).of(4), 1e-12);
  }

  @Test
  void valuesThatAreNoScoresAreRefused() {
    for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(IllegalArgumentException.class, () -> new LogTail(new double[] {1, wrong}));
    }
    assertThrows(IllegalArgumentException.class, () -> new LogTail(new double[0]));
  }
}
