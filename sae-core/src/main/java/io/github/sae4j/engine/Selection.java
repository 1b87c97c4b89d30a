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
    if (this instanceof Above above && above.count() != nLatents) {
      throw new IllegalArgumentException(
          "expected one threshold per latent, %d, got %d".formatted(nLatents, above.count()));
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
  record TopKAmong(int k, Latents latents) implements Selection {
    /** Selects among latents on the heap. */
    public TopKAmong(int k, BitSet latents) {
      this(k, Latents.of(latents));
    }

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
    private final Tensor tensor; // null if the thresholds were given on the heap
    private final double below;
    private volatile double[] thresholds; // null until they have been read from the tensor

    /**
     * @param thresholds {@code [nLatents]}, rounded to the precision of the engine; shared, not
     *     copied
     * @throws NotFiniteException if a threshold is not a number
     */
    public Above(double[] thresholds) {
      this.tensor = null;
      this.below = 0;
      this.thresholds = requireNumbers(thresholds);
    }

    /**
     * Selects every pre-activation above {@code thresholds − below}.
     *
     * @param thresholds {@code [nLatents]}, shared and read when codes are selected
     */
    public Above(Tensor thresholds, double below) {
      this.tensor = Objects.requireNonNull(thresholds, "thresholds");
      this.below = below;
    }

    private static double[] requireNumbers(double[] thresholds) {
      for (int l = 0; l < thresholds.length; l++) {
        if (Double.isNaN(thresholds[l])) {
          throw new NotFiniteException(l);
        }
      }
      return thresholds;
    }

    /**
     * Returns the thresholds, {@code [nLatents]}; treat the array as read-only.
     *
     * @throws NotFiniteException if a threshold is not a number
     */
    public double[] thresholds() {
      if (thresholds == null) {
        double[] lowered = tensor.toDoubles();
        for (int l = 0; l < lowered.length; l++) {
          lowered[l] = tensor.isDouble() ? lowered[l] - below : (float) lowered[l] - (float) below;
        }
        thresholds = requireNumbers(lowered);
      }
      return thresholds;
    }

    /** Returns the thresholds where their engine has them; null if they are on the heap. */
    public Tensor tensor() {
      return tensor;
    }

    /** Returns the number subtracted from each threshold of {@link #tensor}. */
    public double below() {
      return below;
    }

    /** Returns the number of thresholds. */
    public int count() {
      return thresholds != null ? thresholds.length : tensor.width();
    }

    @Override
    public String toString() {
      return "Above[" + count() + " thresholds]";
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
