package io.github.sae4j.layer;

import io.github.sae4j.engine.Codes;
import java.util.BitSet;

/** Counts, for each latent, the rows (tokens) since it last fired. Sigmoid latents always fire. */
public final class DeadLatents {
  private final long[] tokensSinceFired;
  private final long deadAfterTokens;

  public DeadLatents(int nLatents, long deadAfterTokens) {
    this.tokensSinceFired = new long[nLatents];
    this.deadAfterTokens = deadAfterTokens;
  }

  /** Updates the counts with a batch. */
  public void update(Codes codes) {
    BitSet fired = codes.fired();
    int rows = codes.rows();
    for (int l = 0; l < tokensSinceFired.length; l++) {
      tokensSinceFired[l] = fired.get(l) ? 0 : tokensSinceFired[l] + rows;
    }
  }

  /** Returns the latents that have not fired for too long. */
  public BitSet dead() {
    BitSet dead = new BitSet(tokensSinceFired.length);
    for (int l = 0; l < tokensSinceFired.length; l++) {
      if (tokensSinceFired[l] >= deadAfterTokens) {
        dead.set(l);
      }
    }
    return dead;
  }

  /** Returns the fraction of dead latents. */
  public double fraction() {
    return (double) dead().cardinality() / tokensSinceFired.length;
  }

  /** Returns a copy of the number of rows since each latent fired, for a training checkpoint. */
  public long[] tokensSinceFired() {
    return tokensSinceFired.clone();
  }

  /** Restores the counts of a checkpoint. */
  public void restore(long[] counts) {
    if (counts.length != tokensSinceFired.length) {
      throw new IllegalArgumentException(
          "expected counts for %d latents, got %d"
              .formatted(tokensSinceFired.length, counts.length));
    }
    System.arraycopy(counts, 0, tokensSinceFired, 0, counts.length);
  }
}
