package io.github.sae4j.engine;

import java.util.BitSet;

/** Some of a dictionary's latents, such as the dead ones, where its engine has them. */
public interface Latents {

  /** Returns how many there are. */
  int count();

  /** Returns a copy of the set. */
  BitSet toBitSet();

  /** Returns whether there are none. */
  default boolean isEmpty() {
    return count() == 0;
  }

  /** Returns a set on the heap; {@code latents} is shared and must not change. */
  static Latents of(BitSet latents) {
    return new HeapLatents(latents, latents.cardinality());
  }
}
