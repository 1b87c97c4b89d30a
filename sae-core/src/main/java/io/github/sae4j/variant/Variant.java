package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.List;

/**
 * A kind of SAE: how it computes codes from pre-activations, the loss that keeps them sparse, and
 * any further losses. All kinds share {@code x̂ = f·W_dec + b_dec}, pre-activations {@code h = (x −
 * b_dec)·W_enc + b_enc} and the reconstruction loss {@code ‖x̂ − x‖²}; {@link Objective} combines
 * them.
 */
public sealed interface Variant extends TrainingPolicy
    permits Bottleneck, Gated, JumpRelu, KSparse, ReluL1, ReluLp, SigmoidKl {

  /**
   * An array of parameters, or of running state, that a variant adds.
   *
   * @param key its name among the parameters; no underscore
   * @param tensor its name in files, as in SAELens
   * @param perLatent whether it has one number per latent rather than a single one
   * @param likeCodes whether it is in the units of pre-activations and codes, and so scales with
   *     the inputs
   * @param learnt whether it is learnt by gradients; otherwise it is running state of training
   */
  record Extra(String key, String tensor, boolean perLatent, boolean likeCodes, boolean learnt) {
    long length(int nLatents) {
      return perLatent ? nLatents : 1;
    }
  }

  /** Returns the name used in settings and files, given by the {@link VariantName} of its class. */
  default String name() {
    return VariantDescription.nameOf(getClass());
  }

  /** Returns a human-readable label with variant and sparsity, such as {@code TopK, k = 32}. */
  String label();

  /** Returns the architecture of a trained dictionary, as named in files. */
  Architecture architecture();

  /**
   * Returns a variant that encodes as this one does after training, with a threshold per latent
   * even if this one has a single threshold.
   */
  default Variant inUse() {
    return this;
  }

  /** Returns the arrays that this variant adds to the four of every SAE. */
  default List<Extra> extras() {
    return List.of();
  }

  /**
   * Returns the selection of pre-activations used in training: those that may be active, or nearly
   * so.
   */
  Selection selection(Weights p);

  /** Returns the selection of pre-activations that become codes at inference. */
  default Selection inference(Weights p) {
    return selection(p);
  }

  /**
   * Computes codes from the selected pre-activations, at the same positions; some may be 0.
   *
   * @param pre the selected pre-activations
   */
  default Codes activate(Codes pre, Weights p, Engine engine) {
    return pre;
  }

  /**
   * Propagates a gradient back through {@link #activate} and adds it to the gradients of the
   * encoder, with {@link GradientSum#addEncoder}, and of the variant's own parameters.
   *
   * @param pre the selected pre-activations
   * @param codes the codes computed from them
   * @param gradient gradient of the loss with respect to the codes, at the same positions; may be
   *     overwritten
   * @param scale factor for {@code gradient}
   */
  default void backward(
      Codes pre,
      Codes codes,
      Codes gradient,
      Weights p,
      GradientSum gradients,
      Engine engine,
      double scale) {
    gradients.addEncoder(gradient, scale);
  }

  /** Returns the sparsity loss of a batch. */
  default SparsityPenalty penalty(Codes pre, Codes codes, Weights p, Engine engine) {
    return SparsityPenalty.NONE;
  }

  /**
   * Reconstructs a batch and adds the gradients with respect to W_dec and b_dec.
   *
   * @param target {@code [rows, nOut]}
   * @param weightsOrNull half of the penalty's gradient per latent, null for none; see {@link
   *     Engine#residual}
   * @return the error, half of the loss's gradient with respect to the codes, and the loss summed
   *     over the rows
   */
  default Residual reconstruct(
      Codes codes,
      Tensor target,
      Tensor weightsOrNull,
      Weights p,
      Engine engine,
      GradientSum gradients) {
    Residual residual = engine.residual(codes, p.decoder(), p.bDec(), target, weightsOrNull);
    gradients.addDecoder(codes, residual.error(), 2); // ∂‖e‖²/∂x̂ = 2e
    gradients.addReconstruction(residual.error(), 2);
    return residual;
  }

  /**
   * Returns the losses besides the reconstruction loss; {@code dead} are the latents considered
   * dead.
   */
  default List<AuxiliaryLoss> auxiliaries(Weights p, Latents dead) {
    return List.of();
  }

  /** Updates the variant's running state, if it keeps one, with the codes of a step. */
  default void observe(Codes codes, Weights p, Engine engine) {}

  /** Restores the constraints on the variant's own parameters after an update. */
  default void afterStep(Weights p, Engine engine) {}

  /**
   * Returns this variant at some point in training, for variants whose settings change on a
   * schedule.
   *
   * @param step step number, from 0
   * @param progress fraction of training completed, from 0 to 1
   */
  default Variant at(long step, double progress) {
    return this;
  }

  /** Returns the number of activations per row, counting those that are not 0. */
  default Later l0(Codes codes, Engine engine) {
    return engine.nonZeros(codes).over(Math.max(1, codes.rows()));
  }

  /**
   * Returns whether the codes of {@code s·h} are s times the codes of h if biases and thresholds
   * are scaled too.
   */
  default boolean isHomogeneous() {
    return true;
  }

  /**
   * Compensates for a constant added to the input, by shifting parameters that depend on {@code
   * x·W_enc} without b_enc.
   *
   * @param by the amount added to {@code x·W_enc}, {@code [nLatents]}
   */
  default void shift(Weights p, Tensor by, Engine engine) {
    engine.add(p.bEnc(), by);
  }

  /**
   * Returns whether activations may be negative, so that a decoder row and its opposite are the
   * same latent.
   */
  default boolean isSigned() {
    return false;
  }

  /**
   * Returns whether a latent can become permanently inactive; false if every latent is active in
   * every row.
   */
  default boolean canDie() {
    return true;
  }

  /** Returns whether a latent with this code counts as active; by default, if it is not 0. */
  default boolean isActive(double code) {
    return code != 0;
  }

  /** Returns the setting that controls sparsity: k, λ or β; 0 if there is none. */
  double sparsitySetting();

  /** Returns this variant with another {@link #sparsitySetting}. */
  Variant withSparsitySetting(double strength);

  /**
   * Returns this variant with its sparsity pressure multiplied by {@code factor}, for a search for
   * the {@link #sparsitySetting} that yields a given number of activations, which must fall as the
   * factor grows.
   */
  default Variant scaleSparsity(double factor) {
    return withSparsitySetting(sparsitySetting() * factor);
  }

  /** Rejects a dictionary size that this variant cannot use. */
  default void requireFits(int nLatents) {}
}
