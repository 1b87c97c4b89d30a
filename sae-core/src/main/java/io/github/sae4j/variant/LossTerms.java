package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;

/**
 * The loss at one batch, all terms as means over its rows.
 *
 * @param reconstruction {@code ‖x̂ − x‖²}
 * @param sparsity the variant's penalty
 * @param auxiliary the auxiliary loss of dead latents
 * @param codes what fired
 * @param l0 activations a row, see {@link Variant#l0}
 */
public record LossTerms(
    double reconstruction, double sparsity, double auxiliary, Codes codes, double l0) {

  /** The sum that training minimises. */
  public double total() {
    return reconstruction + sparsity + auxiliary;
  }
}
