package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparsityControlTest {
  private static final double TARGET = 32;

  @Test
  void theFirstStepsByHand() {
    SparsityControl control = new SparsityControl(10, 1000); // g = 1/30
    assertEquals(1, control.factor());
    control.observe(10 * Math.exp(.5));
    // e = ½, I = ½/30, λ = λ₀·exp(I + e)
    assertEquals(Math.exp(.5 / 30 + .5), control.factor(), 1e-12);
    assertEquals(.03 * .5, control.threshold(), 1e-12);
    control.observe(0); // ln 0 is cut at −1: e = ½ + (−1 − ½)/3 = 0
    assertEquals(Math.exp(.5 / 30), control.factor(), 1e-12);
    assertEquals(0, control.threshold(), 1e-12);
  }

  @Test
  void theCoefficientKeepsPaceInShortAndLongRuns() {
    for (int[] run : new int[][] {{10, 10}, {1000, 30}, {100_000, 50}}) {
      SparsityControl control = new SparsityControl(10, run[0]);
      control.observe(20);
      control.observe(20);
      assertEquals(2 * Math.log(2) / run[1], control.state().integral(), 1e-12);
    }
  }

  @Test
  void goesOnFromItsState() {
    SparsityControl control = new SparsityControl(10, 1000);
    SparsityControl other = new SparsityControl(10, 1000);
    other.restore(control.state());
    for (double l0 : new double[] {40, 30, 12, 8}) {
      control.observe(l0);
      SparsityControl.State state = control.state();
      other.restore(state);
      assertEquals(state, other.state());
      assertEquals(control.factor(), other.factor());
    }
  }

  /**
   * A plant whose L0 follows what λ holds it at, with a delay as learning has one, and thresholds
   * at once; from far above, from below, and of little and much effect of λ. Where that is little,
   * a run has its L0 only towards its end.
   */
  @ParameterizedTest
  @CsvSource({
    "500, .5, 10",
    "500, 1, 10",
    "500, .5, 100",
    "4, .5, 10",
    "4, 1, 100",
    "200, .25, 30"
  })
  void bringsAPlantToItsTarget(double l0AtStart, double effect, double delay) {
    int steps = 4000;
    SparsityControl control = new SparsityControl(TARGET, steps);
    double log = Math.log(l0AtStart);
    int crossings = 0;
    double before = log - Math.log(TARGET);
    for (int step = 0; step < steps; step++) {
      double held = Math.log(l0AtStart) - effect * Math.log(control.factor());
      log += (held - log) / delay;
      control.observe(Math.exp(log));
      log -= 2 * control.threshold(); // thresholds that are higher by a hundredth cut two
      double off = log - Math.log(TARGET);
      crossings += off * before < 0 && Math.abs(off) > 1e-3 ? 1 : 0;
      before = off;
      if (step > .9 * steps) {
        assertEquals(0, off, .1, "step " + step);
      }
    }
    assertTrue(crossings <= 2, "oscillates: " + crossings + " crossings");
  }
}
