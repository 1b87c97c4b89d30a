package io.github.sae4j.pursuit;

import java.util.Objects;

/**
 * A greedy search for the codes f of a row x over the unit directions {@code dᵢ =
 * W_dec[i]/‖W_dec[i]‖}, without using an encoder. It shows what a dictionary could do if its
 * latents were chosen one by one ("inference-time optimisation": Smith 2024, "Replacing SAE
 * Encoders with Inference-Time Optimisation", in the GDM interpretability team's Progress Update
 * #1; O'Neill et al. 2024, arXiv 2411.13117, on the gap that an encoder leaves).
 *
 * <p>Starting from the residual {@code r = x − b_dec}, each of k steps adds the latent {@code i =
 * argmaxⱼ r·dⱼ} to the support S, and then:
 *
 * <ul>
 *   <li>{@link Kind#MATCHING}: {@code aᵢ += r·dᵢ}, {@code r −= (r·dᵢ)·dᵢ} (Mallat and Zhang 1993,
 *       "Matching pursuits with time-frequency dictionaries", IEEE TSP 41). A latent may be chosen
 *       again, so fewer than k may be active.
 *   <li>{@link Kind#ORTHOGONAL}: {@code a_S = argmin ‖x − b_dec − Σ_S aᵢ·dᵢ‖} (Pati, Rezaiifar and
 *       Krishnaprasad 1993, "Orthogonal matching pursuit", Asilomar 27), by a Cholesky factor that
 *       grows with the support. Without signs the minimum is over {@code a ≥ 0}, by Lawson and
 *       Hanson's active set, and latents that would turn negative leave the support (Nguyen et al.
 *       2019, "Non-negative orthogonal greedy algorithms", IEEE TSP 67, section III).
 * </ul>
 *
 * <p>The codes are {@code fᵢ = aᵢ/‖W_dec[i]‖}. A row ends early if its residual has no component
 * along any remaining direction; latents whose decoder row is zero are never chosen.
 *
 * <p>Gradient pursuit (Blumensath and Davies 2008), which takes one gradient step where the
 * orthogonal pursuit solves, is not implemented: the search for the next latent costs the same in
 * both and takes nearly all of the time.
 *
 * @param kind how the coefficients are updated
 * @param k steps per row, which limits the number of active latents
 * @param signed whether activations may be negative; if so, i is chosen by {@code |r·dⱼ|}
 */
public record Pursuit(Kind kind, int k, boolean signed) {

  /** How a step updates the coefficients of the latents chosen so far. */
  public enum Kind {
    /** The new latent takes its component of the residual; the others keep theirs. */
    MATCHING,
    /** All chosen latents are refitted. */
    ORTHOGONAL
  }

  /**
   * @throws IllegalArgumentException if k is not positive
   */
  public Pursuit {
    Objects.requireNonNull(kind, "kind");
    if (k < 1) {
      throw new IllegalArgumentException("k must be at least 1, got " + k);
    }
  }

  /** Returns a matching pursuit with k steps and non-negative codes. */
  public static Pursuit matching(int k) {
    return new Pursuit(Kind.MATCHING, k, false);
  }

  /** Returns an orthogonal matching pursuit with k steps and non-negative codes. */
  public static Pursuit orthogonal(int k) {
    return new Pursuit(Kind.ORTHOGONAL, k, false);
  }

  /** Returns this pursuit with codes of either sign. */
  public Pursuit withSigns() {
    return new Pursuit(kind, k, true);
  }

  /** Returns a readable name, such as {@code orthogonal pursuit, k = 32}. */
  @Override
  public String toString() {
    String name = kind == Kind.ORTHOGONAL ? "orthogonal pursuit" : "pursuit";
    return name + ", k = " + k + (signed ? ", signed" : "");
  }
}
