package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;

/** Numbers on which each rule does something. */
final class RuleInputs {
  private static final Set<EntryRule> OF_POSITIVE =
      EnumSet.of(EntryRule.POWER, EntryRule.POWER_SLOPE);

  private RuleInputs() {}

  /** Returns values of either sign, or positive ones if the rule takes only these. */
  static double[][] values(Random random, int rows, int width, EntryRule rule) {
    double[][] values = EngineCase.gaussian(random, rows, width);
    for (double[] row : values) {
      for (int j = 0; j < width && OF_POSITIVE.contains(rule); j++) {
        row[j] = Math.abs(row[j]);
      }
    }
    return values;
  }

  /** Returns Gaussian numbers, a quarter of them replaced by 0. */
  static double[][] withZeros(Random random, int rows, int width) {
    double[][] values = EngineCase.gaussian(random, rows, width);
    for (double[] row : values) {
      for (int j = 0; j < width; j++) {
        row[j] = random.nextInt(4) == 0 ? 0 : row[j];
      }
    }
    return values;
  }

  /** Passes if values were computed in double precision and rounded once. */
  static void assertRounded(double[][] expected, Tensor actual) {
    double[][] values = EngineCase.rows(actual);
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected[0].length; j++) {
        double value = expected[i][j];
        double allowed = 1e-13 * (1 + Math.abs(value));
        if (!actual.isDouble()) {
          allowed += Math.ulp((float) value);
        }
        assertEquals(value, values[i][j], allowed, "at " + i + ", " + j);
      }
    }
  }
}
