package io.github.sae4j.pursuit;

import java.util.Objects;

/**
 * A greedy search for the codes f of a row x over the unit directions {@code dᵢ =
 * W_dec[i]/‖W_dec[i]‖}, which reads no encoder: what a dictionary could do if its latents were
 * chosen one by one ("inference-time optimisation": Smith 2024, "Replacing SAE Encoders with
 * Inference-Time Optimisation", in the GDM interpretability team's Progress Update #1; O'Neill et
 * al. 2024, arXiv 2411.13117, on the gap that an encoder leaves).
 *
 * <p>From the residual {@code r = x − b_dec}, in each of k steps the latent {@code i = argmaxⱼ
 * r·dⱼ} joins the support S, and then
 *
 * <ul>
 *   <li>{@link Kind#MATCHING}: {@code aᵢ += r·dᵢ}, {@code r −= (r·dᵢ)·dᵢ} (Mallat and Zhang 1993,
 *       "Matching pursuits with time-frequency dictionaries", IEEE TSP 41). A latent may be chosen
 *       again, so that fewer than k may be active.
 *   <li>{@link Kind#ORTHOGONAL}: {@code a_S = argmin ‖x − b_dec − Σ_S aᵢ·dᵢ‖} (Pati, Rezaiifar and
 *       Krishnaprasad 1993, "Orthogonal matching pursuit", Asilomar 27), by a Cholesky factor that
 *       grows with the support. Without signs the minimum is over {@code a ≥ 0}, by Lawson and
 *       Hanson's active set, and latents that would turn negative leave the support (Nguyen et al.
 *       2019, "Non-negative orthogonal greedy algorithms", IEEE TSP 67, section III).
 * </ul>
 *
 * <p>The codes are {@code fᵢ = aᵢ/‖W_dec[i]‖}. A row ends early where no direction is left that its
 * residual has a part along; latents whose decoder row is zero are never chosen.
 *
 * <p>Gradient pursuit (Blumensath and Davies 2008), which takes one gradient step where the
 * orthogonal pursuit solves, is not here: the search for the next latent costs the same in both,
 * and takes nearly all of the time.
 *
 * @param kind what is done with the support
 * @param k steps a row: the most latents that may be active
 * @param signed whether activations may be negative: i is then chosen by {@code |r·dⱼ|}
 */
public record Pursuit(Kind kind, int k, boolean signed) {

  /** What a step does with the latents chosen so far. */
  public enum Kind {
    /** The new latent takes its part of the residual; the others stay as they are. */
    MATCHING,
    /** All chosen latents are fitted again. */
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

  /** Matching pursuit of k steps with non-negative codes. */
  public static Pursuit matching(int k) {
    return new Pursuit(Kind.MATCHING, k, false);
  }

  /** Orthogonal matching pursuit of k steps with non-negative codes. */
  public static Pursuit orthogonal(int k) {
    return new Pursuit(Kind.ORTHOGONAL, k, false);
  }

  /** The same with codes of either sign. */
  public Pursuit withSigns() {
    return new Pursuit(kind, k, true);
  }

  /** For people, for example {@code orthogonal pursuit, k = 32}. */
  @Override
  public String toString() {
    String name = kind == Kind.ORTHOGONAL ? "orthogonal pursuit" : "pursuit";
    return name + ", k = " + k + (signed ? ", signed" : "");
  }
}
