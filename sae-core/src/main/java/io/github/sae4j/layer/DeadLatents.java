package io.github.sae4j.layer;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import java.util.BitSet;

/** Counts, for each latent, the rows (tokens) since it last fired. Dense codes always fire. */
public final class DeadLatents {
  private final long[] tokensSinceFired;
  private final long deadAfterTokens;

  public DeadLatents(int nLatents, long deadAfterTokens) {
    this.tokensSinceFired = new long[nLatents];
    this.deadAfterTokens = deadAfterTokens;
  }

  /** Takes note of a batch. */
  public void update(Codes codes) {
    if (!(codes instanceof SparseCodes sparse)) {
      return;
    }
    int rows = codes.rows();
    for (int l = 0; l < tokensSinceFired.length; l++) {
      tokensSinceFired[l] += rows;
    }
    int entries = (int) sparse.activations();
    int[] latents = sparse.latents();
    for (int i = 0; i < entries; i++) {
      tokensSinceFired[latents[i]] = 0;
    }
  }

  /** The latents that have not fired for too long. */
  public BitSet dead() {
    BitSet dead = new BitSet(tokensSinceFired.length);
    for (int l = 0; l < tokensSinceFired.length; l++) {
      if (tokensSinceFired[l] >= deadAfterTokens) {
        dead.set(l);
      }
    }
    return dead;
  }

  /** Share of the latents that are dead. */
  public double share() {
    return (double) dead().cardinality() / tokensSinceFired.length;
  }

  /** Rows since each latent fired, a copy: part of a training checkpoint. */
  public long[] tokensSinceFired() {
    return tokensSinceFired.clone();
  }

  /** Takes up the counts of a checkpoint. */
  public void restore(long[] counts) {
    if (counts.length != tokensSinceFired.length) {
      throw new IllegalArgumentException(
          "expected the counts of %d latents, got %d"
              .formatted(tokensSinceFired.length, counts.length));
    }
    System.arraycopy(counts, 0, tokensSinceFired, 0, counts.length);
  }
}
