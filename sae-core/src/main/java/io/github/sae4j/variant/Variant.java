package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;

/**
 * What makes one kind of SAE differ from another: how codes come from pre-activations, and the loss
 * that keeps them sparse. All share {@code x̂ = f·W_dec + b_dec} with {@code f = select((x −
 * b_dec)·W_enc + b_enc)} and the reconstruction loss {@code ‖x̂ − x‖²}.
 */
public sealed interface Variant permits ReluL1, SigmoidKl, TopK {

  /** The name in settings and files: {@code topk}, {@code relu-l1}, {@code sigmoid-kl}. */
  String name();

  /** How codes come from pre-activations. */
  Selection selection();

  /** The sparsity loss of codes. */
  SparsityPenalty penalty(Codes codes, SaeParameters parameters, Engine engine);

  /**
   * Takes a gradient back through the activation.
   *
   * @param codes the codes
   * @param gradient with respect to the codes, at the same places
   * @return with respect to the pre-activations, at the same places
   */
  default Codes throughActivation(Codes codes, Codes gradient) {
    return gradient;
  }

  /** This variant with its sparsity setting (λ, β or k) multiplied, for warm-up; TopK rounds up. */
  Variant scaled(double factor);

  /** Refuses a dictionary that this variant cannot use. */
  default void requireFits(int nLatents) {
    selection().requireFits(nLatents);
  }
}
