package io.github.sae4j.engine;

import java.util.BitSet;
import java.util.Objects;

/** The rule that turns pre-activations {@code [rows, nLatents]} into codes. */
public sealed interface Selection {

  /**
   * Rejects a rule that asks for more latents than there are, or whose thresholds do not match
   * them.
   */
  default void requireFits(int nLatents) {
    if (this instanceof Above above && above.thresholds().length != nLatents) {
      throw new IllegalArgumentException(
          "expected one threshold per latent, %d, got %d"
              .formatted(nLatents, above.thresholds().length));
    }
    int k =
        this instanceof TopK top
            ? top.k()
            : this instanceof AbsTopK top ? top.k() : this instanceof BatchTopK top ? top.k() : 1;
    if (k > nLatents) {
      throw new IllegalArgumentException(
          "k must be at most the number of latents, " + nLatents + ", got " + k);
    }
  }

  /** Returns whether every latent is active, so that codes are a matrix. */
  default boolean takesEvery() {
    return this instanceof Sigmoid || this instanceof All;
  }

  /**
   * Selects the k largest pre-activations of each row, if positive (Gao et al. 2024, arXiv
   * 2406.04093, section 2.3, with the ReLU of its reference code). Ties go to the lowest latent.
   */
  record TopK(int k) implements Selection {
    public TopK {
      requirePositive(k);
    }
  }

  /** Like {@link TopK}, among some latents only, for the auxiliary codes of dead latents. */
  record TopKAmong(int k, BitSet latents) implements Selection {
    public TopKAmong {
      requirePositive(k);
      Objects.requireNonNull(latents, "latents");
    }
  }

  /**
   * Selects the k pre-activations of each row that are largest in magnitude, with their signs;
   * zeros are dropped. Ties go to the lowest latent.
   */
  record AbsTopK(int k) implements Selection {
    public AbsTopK {
      requirePositive(k);
    }
  }

  /**
   * Selects the {@code k·rows} largest pre-activations of the whole batch, if positive (Bussmann et
   * al. 2024, arXiv 2412.06410, section 3). Ties go to the first row, then the lowest latent.
   */
  record BatchTopK(int k) implements Selection {
    public BatchTopK {
      requirePositive(k);
    }
  }

  /** ReLU: selects every positive pre-activation. */
  record Positive() implements Selection {}

  /**
   * JumpReLU: selects every pre-activation above its latent's threshold, unchanged, {@code
   * pre·1[pre > θ]} (Rajamanoharan et al. 2024, arXiv 2407.14435, section 3). With a negative
   * threshold, zeros and some negative values are active too.
   */
  final class Above implements Selection {
    private final double[] thresholds;

    /**
     * @param thresholds {@code [nLatents]}, rounded to the precision of the engine; shared, not
     *     copied
     * @throws NotFiniteException if a threshold is not a number
     */
    public Above(double[] thresholds) {
      this.thresholds = thresholds;
      for (int l = 0; l < thresholds.length; l++) {
        if (Double.isNaN(thresholds[l])) {
          throw new NotFiniteException(l);
        }
      }
    }

    /** Returns the thresholds, {@code [nLatents]}; treat the array as read-only. */
    public double[] thresholds() {
      return thresholds;
    }

    @Override
    public String toString() {
      return "Above[" + thresholds.length + " thresholds]";
    }
  }

  /** Applies the logistic function to every pre-activation; dense. */
  record Sigmoid() implements Selection {}

  /** Keeps every pre-activation unchanged, for a linear bottleneck; dense. */
  record All() implements Selection {}

  private static void requirePositive(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
  }
}
