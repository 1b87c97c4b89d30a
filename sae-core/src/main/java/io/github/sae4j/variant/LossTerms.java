package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Later;

/**
 * The loss on one batch, with all terms averaged over its rows. Reading a number waits until the
 * engine has computed it.
 */
public final class LossTerms {
  private final Later reconstruction;
  private final Later sparsity;
  private final Later auxiliary;
  private final Codes codes;
  private final Later l0;

  /**
   * @param reconstruction {@code ‖x̂ − x‖²}
   * @param sparsity the variant's penalty
   * @param auxiliary the auxiliary loss of dead latents
   * @param codes the active codes
   * @param l0 activations per row, see {@link Variant#l0}
   */
  public LossTerms(Later reconstruction, Later sparsity, Later auxiliary, Codes codes, Later l0) {
    this.reconstruction = reconstruction;
    this.sparsity = sparsity;
    this.auxiliary = auxiliary;
    this.codes = codes;
    this.l0 = l0;
  }

  /** Returns the reconstruction loss {@code ‖x̂ − x‖²}. */
  public double reconstruction() {
    return reconstruction.get();
  }

  /** Returns the variant's penalty. */
  public double sparsity() {
    return sparsity.get();
  }

  /** Returns the auxiliary loss of dead latents. */
  public double auxiliary() {
    return auxiliary.get();
  }

  /** Returns the active codes. */
  public Codes codes() {
    return codes;
  }

  /** Returns the number of activations per row; see {@link Variant#l0}. */
  public double l0() {
    return l0.get();
  }

  /** Returns the sum that training minimises. */
  public double total() {
    return reconstruction() + sparsity() + auxiliary();
  }

  /** Returns whether all numbers are there, so that reading them does not wait. */
  public boolean areThere() {
    return reconstruction.isThere() && sparsity.isThere() && auxiliary.isThere() && l0.isThere();
  }
}
