package io.github.sae4j.engine;

import java.util.BitSet;
import java.util.Objects;

/** The rule that turns pre-activations {@code [rows, nLatents]} into codes. */
public sealed interface Selection {

  /** Refuses a rule that asks for more latents than there are. */
  default void requireFits(int nLatents) {
    int k = this instanceof TopK top ? top.k() : this instanceof BatchTopK top ? top.k() : 1;
    if (k > nLatents) {
      throw new IllegalArgumentException(
          "k must be at most the number of latents, " + nLatents + ", got " + k);
    }
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

  /** The logistic function of every pre-activation; dense. */
  record Sigmoid() implements Selection {}

  private static void requirePositive(int k) {
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
  }
}
