package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;

/**
 * The loss on one batch, with all terms averaged over its rows.
 *
 * @param reconstruction {@code ‖x̂ − x‖²}
 * @param sparsity the variant's penalty
 * @param auxiliary the auxiliary loss of dead latents
 * @param codes the active codes
 * @param l0 activations per row, see {@link Variant#l0}
 */
public record LossTerms(
    double reconstruction, double sparsity, double auxiliary, Codes codes, double l0) {

  /** Returns the sum that training minimises. */
  public double total() {
    return reconstruction + sparsity + auxiliary;
  }
}
