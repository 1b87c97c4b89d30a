package io.github.sae4j.engine;

import java.util.BitSet;
import java.util.Objects;

/** The rule that turns pre-activations {@code [rows, nLatents]} into codes. */
public sealed interface Selection {

  /** Refuses a rule that asks for more latents than there are, or has thresholds for others. */
  default void requireFits(int nLatents) {
    if (this instanceof Above above && above.thresholds().length != nLatents) {
      throw new IllegalArgumentException(
          "thresholds must be as many as latents, %d, got %d"
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

  /** Whether every latent is active, so that codes are a matrix. */
  default boolean takesEvery() {
    return this instanceof Sigmoid || this instanceof All;
  }

  /**
   * The k largest pre-activations of each row, as far as they are positive (Gao et al. 2024, arXiv
   * 2406.04093, section 2.3, with the ReLU of its reference code). Of equal values the lowest
   * latent wins.
   */
  record TopK(int k) implements Selection {
    public TopK {
      requirePositive(k);
    }
  }

  /** {@link TopK} among some latents only: the auxiliary codes of dead latents. */
  record TopKAmong(int k, BitSet latents) implements Selection {
    public TopKAmong {
      requirePositive(k);
      Objects.requireNonNull(latents, "latents");
    }
  }

  /**
   * The k pre-activations of each row that are largest in magnitude, with their signs; zeros are
   * dropped. Of equal magnitudes the lowest latent wins.
   */
  record AbsTopK(int k) implements Selection {
    public AbsTopK {
      requirePositive(k);
    }
  }

  /**
   * The {@code k·rows} largest pre-activations of the whole batch, as far as they are positive
   * (Bussmann et al. 2024, arXiv 2412.06410, section 3). Of equal values the first row wins, then
   * the lowest latent.
   */
  record BatchTopK(int k) implements Selection {
    public BatchTopK {
      requirePositive(k);
    }
  }

  /** ReLU: every positive pre-activation. */
  record Positive() implements Selection {}

  /**
   * JumpReLU: every pre-activation above its latent's threshold, as it is, {@code pre·1[pre > θ]}
   * (Rajamanoharan et al. 2024, arXiv 2407.14435, section 3). Under a negative threshold negative
   * ones are active too, and zeros.
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

    /** {@code [nLatents]}: treat it as read-only. */
    public double[] thresholds() {
      return thresholds;
    }

    @Override
    public String toString() {
      return "Above[" + thresholds.length + " thresholds]";
    }
  }

  /** The logistic function of every pre-activation; dense. */
  record Sigmoid() implements Selection {}

  /** Every pre-activation as it is, a linear bottleneck; dense. */
  record All() implements Selection {}

  private static void requirePositive(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
  }
}
