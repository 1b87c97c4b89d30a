package io.github.sae4j.engine;

import java.util.BitSet;

/** A set of latents on the heap. */
record HeapLatents(BitSet latents, int count) implements Latents {

  @Override
  public BitSet toBitSet() {
    return (BitSet) latents.clone();
  }
}
