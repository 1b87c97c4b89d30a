package io.github.sae4j.engine;

/**
 * A number that is there.
 *
 * @param get the number
 */
record KnownNumber(double get) implements Later {

  @Override
  public boolean isThere() {
    return true;
  }

  @Override
  public Later map(EntryRule rule, Later other, double p) {
    // what computes a number must not depend on how far an engine has come
    return other instanceof KnownNumber known
        ? new KnownNumber(rule.of(get, 0, 0, 0, known.get, 0, p, 0))
        : other.map(rule.turned(), this, p);
  }
}
