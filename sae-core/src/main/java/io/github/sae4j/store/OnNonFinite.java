package io.github.sae4j.store;

/** What to do with rows that contain NaN or infinity. */
public enum OnNonFinite {
  /** Stop and say where they are. */
  FAIL,
  /** Continue as if they were not there. */
  SKIP
}
