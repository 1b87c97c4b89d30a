package io.github.sae4j.variant;

/** Checks of variants' settings. */
final class Settings {
  private Settings() {}

  static void requireNotNegative(String name, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(
          name + " must be a finite number of at least 0, got " + value);
    }
  }

  static void requirePositive(String name, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      throw new IllegalArgumentException(name + " must be a finite number above 0, got " + value);
    }
  }
}
