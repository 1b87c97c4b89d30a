package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EntryRuleTest {
  private static final double NAN = Double.NaN;

  /** A rule's result for numbers that occur in it, the others being NaN. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Case(EntryRule rule, double v, double expected, double... abcuwpq) {
    double get(int i) {
      return i < abcuwpq.length ? abcuwpq[i] : NAN;
    }
  }

  /** Further numbers are a, b, c, u, w, p and q. */
  private static Case of(EntryRule rule, double v, double expected, double... abcuwpq) {
    return new Case(rule, v, expected, abcuwpq);
  }

  private static Case ofU(EntryRule rule, double v, double u, double expected) {
    return of(rule, v, expected, NAN, NAN, NAN, u);
  }

  private static Case ofP(EntryRule rule, double v, double p, double expected) {
    return of(rule, v, expected, NAN, NAN, NAN, NAN, NAN, p);
  }

  private static Case ofPq(EntryRule rule, double v, double p, double q, double expected) {
    return of(rule, v, expected, NAN, NAN, NAN, NAN, NAN, p, q);
  }

  private static final List<Case> CASES = cases();

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    cases.add(ofU(EntryRule.SUM, 2, 5, 7));
    cases.add(ofP(EntryRule.ADD, 2, 5, 7));
    cases.add(ofU(EntryRule.PRODUCT, 2, 5, 10));
    cases.add(ofP(EntryRule.SCALE, 2, 5, 10));
    cases.add(ofU(EntryRule.RATIO, 2, 5, .4));
    cases.add(ofU(EntryRule.RATIO, 2, 0, 0));
    cases.add(ofU(EntryRule.RATIO_TURNED, 2, 5, 2.5));
    cases.add(ofU(EntryRule.RATIO_TURNED, 0, 5, 0));
    cases.add(ofP(EntryRule.DIVIDE, 2, 5, .4));
    cases.add(of(EntryRule.SQUARE, -3, 9));
    cases.add(ofP(EntryRule.CONSTANT, NAN, 5, 5));
    cases.add(of(EntryRule.AT_LEAST_ZERO, 3, 3));
    cases.add(of(EntryRule.AT_LEAST_ZERO, -3, 0));
    // ‖g‖ = 4, scaled by ½ to 2
    cases.add(of(EntryRule.CLIPPED, 16, .5, NAN, NAN, NAN, .5, NAN, 2));
    cases.add(of(EntryRule.CLIPPED, 16, .25, NAN, NAN, NAN, .5, NAN, 1));
    cases.add(of(EntryRule.ABOVE, 3, 3, 2));
    cases.add(of(EntryRule.ABOVE, 2, 0, 2));
    cases.add(of(EntryRule.WHERE_ABOVE, -7, -7, 2, NAN, NAN, 3));
    cases.add(of(EntryRule.WHERE_ABOVE, -7, 0, 2, NAN, NAN, 2));
    cases.add(of(EntryRule.NEAR_STEP, 2.25, 7, 2, NAN, NAN, NAN, NAN, 7, 1));
    cases.add(of(EntryRule.NEAR_STEP, 1.75, 7, 2, NAN, NAN, NAN, NAN, 7, 1));
    cases.add(of(EntryRule.NEAR_STEP, 2.5, 0, 2, NAN, NAN, NAN, NAN, 7, 1));
    cases.add(of(EntryRule.STEP_GRADIENT, 3, -84, 2, NAN, NAN, 2.125, NAN, 7, .5));
    cases.add(of(EntryRule.STEP_GRADIENT, 3, 0, 2, NAN, NAN, 2.25, NAN, 7, .5));
    cases.add(ofP(EntryRule.TANH, .25, 2, Math.tanh(.5)));
    cases.add(ofPq(EntryRule.TANH_SLOPE, 0, 2, 3, 6));
    cases.add(ofP(EntryRule.POWER, 4 - EntryRule.EPSILON, .5, 2));
    cases.add(ofP(EntryRule.POWER, 0, .5, 1e-3));
    cases.add(ofPq(EntryRule.POWER_SLOPE, 4 - EntryRule.EPSILON, .5, 3, .75));
    // e^ln2·(3 − 1) + 5, and + (−5)
    cases.add(of(EntryRule.MAGNITUDE, 3, 9, Math.log(2), 1, 5));
    cases.add(of(EntryRule.MAGNITUDE, 3, 0, Math.log(2), 1, -5));
    cases.add(
        of(EntryRule.MAGNITUDE_SCALE_GRADIENT, 3, 7 * 3 * 2 * 4, Math.log(2), 1, NAN, .1, 5, 7));
    cases.add(of(EntryRule.MAGNITUDE_SCALE_GRADIENT, 3, 0, Math.log(2), 1, NAN, 0, 5, 7));
    cases.add(of(EntryRule.WHERE_POSITIVE, 3, 21, NAN, NAN, NAN, .1, NAN, 7));
    cases.add(of(EntryRule.WHERE_POSITIVE, 3, 0, NAN, NAN, NAN, 0, NAN, 7));
    cases.add(of(EntryRule.MAGNITUDE_GRADIENT, 3, 6, Math.log(2), NAN, NAN, .1));
    cases.add(of(EntryRule.MAGNITUDE_GRADIENT, 3, 0, Math.log(2), NAN, NAN, 0));
    cases.add(ofP(EntryRule.EXPONENTIAL, Math.log(3), 2, 3));
    cases.add(ofP(EntryRule.EXPONENTIAL, 9, Math.log(2), 2));
    cases.add(ofU(EntryRule.SIGMOID_GRADIENT, 8, .25, 1.5));
    cases.add(ofU(EntryRule.TANH_GRADIENT, 8, .5, 6));
    cases.add(of(EntryRule.FIRST_OR_MEAN, 3, 5, 0, 5));
    cases.add(of(EntryRule.FIRST_OR_MEAN, 3, 3, 1, 5));
    cases.add(ofPq(EntryRule.RUNNING_MEAN, 3, 5, .75, 3.5));
    cases.add(ofPq(EntryRule.RUNNING_MEAN, 0, 5, .75, 5));
    cases.add(ofPq(EntryRule.RUNNING_MEAN, 3, NAN, .75, 3));
    cases.add(ofP(EntryRule.KULLBACK_LEIBLER, .25, .25, 0));
    cases.add(ofP(EntryRule.KULLBACK_LEIBLER, .25, .5, .5 * Math.log(2) + .5 * Math.log(.5 / .75)));
    cases.add(ofPq(EntryRule.KULLBACK_LEIBLER_SLOPE, .25, .5, 3, 3 * (.5 / .75 - .5 / .25)));
    cases.add(ofP(EntryRule.JENSEN_SHANNON, .25, .25, 0));
    // m = ½: KL(¼ ‖ ½) and KL(¾ ‖ ½) are equal
    cases.add(ofP(EntryRule.JENSEN_SHANNON, .75, .25, .25 * Math.log(.5) + .75 * Math.log(1.5)));
    cases.add(ofPq(EntryRule.JENSEN_SHANNON_SLOPE, .75, .25, 3, 1.5 * Math.log(3)));
    return cases;
  }

  static Stream<Arguments> byHand() {
    return CASES.stream().map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("byHand")
  void byHand(Case one) {
    double actual =
        one.rule()
            .of(
                one.v(),
                one.get(0),
                one.get(1),
                one.get(2),
                one.get(3),
                one.get(4),
                one.get(5),
                one.get(6));
    assertEquals(one.expected(), actual, 1e-12 * (1 + Math.abs(one.expected())));
  }

  @Test
  void everyRuleHasACase() {
    EnumSet<EntryRule> rules = EnumSet.noneOf(EntryRule.class);
    CASES.forEach(one -> rules.add(one.rule()));
    assertEquals(EnumSet.allOf(EntryRule.class), rules);
  }

  @ParameterizedTest
  @CsvSource({
    "TANH_SLOPE, TANH",
    "POWER_SLOPE, POWER",
    "KULLBACK_LEIBLER_SLOPE, KULLBACK_LEIBLER",
    "JENSEN_SHANNON_SLOPE, JENSEN_SHANNON"
  })
  void slopesAreDerivatives(EntryRule slope, EntryRule rule) {
    for (double v : new double[] {.0625, .25, .5, .875}) {
      double h = 1e-6;
      double above = rule.of(v + h, NAN, NAN, NAN, NAN, NAN, .375, NAN);
      double below = rule.of(v - h, NAN, NAN, NAN, NAN, NAN, .375, NAN);
      double derivative = 3 * (above - below) / (2 * h);
      double actual = slope.of(v, NAN, NAN, NAN, NAN, NAN, .375, 3);
      assertEquals(derivative, actual, 1e-7 * (1 + Math.abs(derivative)));
    }
  }

  @ParameterizedTest
  @CsvSource({"SUM", "PRODUCT", "RATIO"})
  void turnedRulesExchangeTheirNumbers(EntryRule rule) {
    for (double[] vu : new double[][] {{2, 5}, {2, 0}, {0, 5}, {0, 0}}) {
      assertEquals(
          rule.of(vu[0], 0, 0, 0, vu[1], 0, 0, 0),
          rule.turned().of(vu[1], 0, 0, 0, vu[0], 0, 0, 0));
    }
    assertThrows(IllegalStateException.class, EntryRule.ABOVE::turned);
  }

  /** Rates of exactly 0 or 1 occur with latents that never or always fire. */
  @Test
  void divergencesStayFinite() {
    for (double rate : new double[] {0, 1, -1, 2}) {
      for (EntryRule rule :
          EnumSet.range(EntryRule.KULLBACK_LEIBLER, EntryRule.JENSEN_SHANNON_SLOPE)) {
        double value = rule.of(rate, 0, 0, 0, 0, 0, .1, 1);
        assertTrue(Double.isFinite(value), rule + " of " + rate);
      }
    }
  }
}
