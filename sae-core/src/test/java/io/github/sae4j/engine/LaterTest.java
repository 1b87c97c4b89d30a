package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LaterTest {

  /** A number of a device, whose arithmetic stays there until it is read. */
  private record Pending(double value) implements Later {
    @Override
    public double get() {
      return value;
    }

    @Override
    public boolean isThere() {
      return false;
    }

    @Override
    public Later map(EntryRule rule, Later other, double p) {
      return new Pending(rule.of(value, 0, 0, 0, other.get(), 0, p, 0));
    }
  }

  @Test
  void knownNumbersAreThere() {
    Later six = Later.of(6);
    assertTrue(six.isThere());
    assertEquals(10, six.plus(4).get());
    assertEquals(8, six.plus(Later.of(2)).get());
    assertEquals(12, six.times(2).get());
    assertEquals(18, six.times(Later.of(3)).get());
    assertEquals(1.5, six.over(4).get());
    assertEquals(2, six.over(Later.of(3)).get());
    assertEquals(0, six.over(Later.of(0)).get());
    assertTrue(six.over(Later.of(3)).isThere());
  }

  /** Otherwise a known number would wait for a device's. */
  @Test
  void arithmeticWithAPendingNumberIsPending() {
    Later six = Later.of(6);
    Later three = new Pending(3);
    for (Later result :
        new Later[] {six.plus(three), six.times(three), six.over(three), three.over(six)}) {
      assertFalse(result.isThere());
    }
    assertEquals(9, six.plus(three).get());
    assertEquals(18, six.times(three).get());
    assertEquals(2, six.over(three).get());
    assertEquals(.5, three.over(six).get());
    assertEquals(0, six.over(new Pending(0)).get());
    assertEquals(0, new Pending(0).over(six).get());
    assertThrows(IllegalStateException.class, () -> six.map(EntryRule.CLIPPED, three, 1));
  }

  @Test
  void constantsDoNotMakeANumberThere() {
    Later three = new Pending(3);
    assertFalse(three.plus(1).isThere());
    assertEquals(4, three.plus(1).get());
    assertEquals(6, three.times(2).get());
    assertEquals(1.5, three.over(2).get());
  }
}
