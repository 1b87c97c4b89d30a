package io.github.sae4j.engine;

/**
 * A number that its engine may still be computing, such as the loss of a step. Arithmetic does not
 * wait; {@link #get} does. All arithmetic is in double precision.
 */
public interface Later {

  /** Returns the number, and waits for it if it is still being computed. */
  double get();

  /** Returns whether {@link #get} would return without waiting. */
  boolean isThere();

  /**
   * Returns {@code rule(v = this, u = other, p = p)}.
   *
   * @param other belongs to the same engine, or is there already
   */
  Later map(EntryRule rule, Later other, double p);

  /** Returns a number that is there. */
  static Later of(double value) {
    return new KnownNumber(value);
  }

  /** Returns the sum with another number. */
  default Later plus(Later other) {
    return map(EntryRule.SUM, other, 0);
  }

  /** Returns the sum with a constant. */
  default Later plus(double constant) {
    return map(EntryRule.ADD, this, constant);
  }

  /** Returns the product with another number. */
  default Later times(Later other) {
    return map(EntryRule.PRODUCT, other, 0);
  }

  /** Returns the product with a constant. */
  default Later times(double factor) {
    return map(EntryRule.SCALE, this, factor);
  }

  /** Returns the quotient by another number; 0 if that is 0. */
  default Later over(Later divisor) {
    return map(EntryRule.RATIO, divisor, 0);
  }

  /** Returns the quotient by a number of rows or values. */
  default Later over(long divisor) {
    return over((double) divisor);
  }

  /** Returns the quotient by a constant. */
  default Later over(double divisor) {
    return map(EntryRule.DIVIDE, this, divisor);
  }
}
