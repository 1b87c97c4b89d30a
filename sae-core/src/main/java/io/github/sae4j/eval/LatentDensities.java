package io.github.sae4j.eval;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import java.util.Arrays;
import java.util.function.DoublePredicate;

/**
 * How often each latent fires: its density is the fraction of rows in which it is active. Sigmoid
 * codes, which are never zero, count as active above one half.
 */
public final class LatentDensities {
  /** A latent that fires in fewer than one row in 10,000 is rare. */
  public static final double RARE_BELOW = 1e-4;

  /** A latent that fires in more than one row in ten is dense. */
  public static final double DENSE_ABOVE = 0.1;

  private final long rows;
  private final long[] firings;

  private LatentDensities(long rows, long[] firings) {
    this.rows = rows;
    this.firings = firings;
  }

  /** Counts firings batch by batch. */
  public static final class Counter {
    private final long[] firings;
    private long rows;

    public Counter(int nLatents) {
      this.firings = new long[nLatents];
    }

    /** Adds the codes of a batch, {@code [rows, nLatents]}. */
    public void add(Codes codes) {
      add(ActiveCodes.of(codes), codes.rows());
    }

    /** Adds the first {@code firstRows} rows of a batch. */
    void add(SparseCodes active, int firstRows) {
      int[] latents = active.latents();
      int entries = active.rowStarts()[firstRows];
      for (int i = 0; i < entries; i++) {
        firings[latents[i]]++;
      }
      rows += firstRows;
    }

    /** Returns the densities over the rows added so far. */
    public LatentDensities result() {
      return new LatentDensities(rows, firings.clone());
    }
  }

  public int nLatents() {
    return firings.length;
  }

  /** Returns the number of rows over which firings were counted. */
  public long rows() {
    return rows;
  }

  /** Returns the number of rows in which the latent was active. */
  public long firings(int latent) {
    return firings[latent];
  }

  /** Returns the fraction of rows in which the latent was active. */
  public double density(int latent) {
    return rows == 0 ? 0 : (double) firings[latent] / rows;
  }

  /** Returns the number of latents that never fired in these rows. */
  public int dead() {
    return (int) Arrays.stream(firings).filter(n -> n == 0).count();
  }

  /** Returns the number of latents that fired, but less often than {@link #RARE_BELOW}. */
  public int rare() {
    return count(density -> density > 0 && density < RARE_BELOW);
  }

  /** Returns the number of latents that fired more often than {@link #DENSE_ABOVE}. */
  public int dense() {
    return count(density -> density > DENSE_ABOVE);
  }

  /** Returns the fraction of latents that never fired in these rows. */
  public double deadFraction() {
    return firings.length == 0 ? 0 : (double) dead() / firings.length;
  }

  /** Returns a histogram of the latents that fired, by the logarithm of their density. */
  public DensityHistogram histogram() {
    return DensityHistogram.of(this);
  }

  private int count(DoublePredicate condition) {
    int count = 0;
    for (int latent = 0; latent < firings.length; latent++) {
      count += condition.test(density(latent)) ? 1 : 0;
    }
    return count;
  }
}
