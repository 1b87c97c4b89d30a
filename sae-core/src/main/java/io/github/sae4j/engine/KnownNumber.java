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
    return other.isThere()
        ? new KnownNumber(rule.of(get, 0, 0, 0, other.get(), 0, p, 0))
        : other.map(rule.turned(), this, p);
  }
}
