package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import java.util.BitSet;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What makes one kind of SAE differ from another: how codes come from pre-activations, the loss
 * that keeps them sparse, and losses beside the reconstruction of the input. All share {@code x̂ =
 * f·W_dec + b_dec}, pre-activations {@code h = (x − b_dec)·W_enc + b_enc} and the reconstruction
 * loss {@code ‖x̂ − x‖²}; {@link Objective} puts them together.
 */
public sealed interface Variant extends TrainingPolicy
    permits Bottleneck, Gated, JumpRelu, KSparse, ReluL1, ReluLp, SigmoidKl {

  /**
   * An array of parameters that a variant adds, or a state that it keeps among them.
   *
   * @param key its name among the parameters; no underscore
   * @param tensor its name in files, as SAELens has it
   * @param perLatent whether it has one number for each latent, or one for all
   * @param likeCodes whether it is in the units of pre-activations and codes, so that it grows with
   *     them where inputs are scaled
   * @param learnt whether gradients move it; otherwise it is a running state of training
   */
  record Extra(String key, String tensor, boolean perLatent, boolean likeCodes, boolean learnt) {
    long length(int nLatents) {
      return perLatent ? nLatents : 1;
    }
  }

  /** The name in settings and files, that of its class's {@link VariantName}. */
  default String name() {
    return VariantDescription.nameOf(getClass());
  }

  /** Variant and sparsity, for people: {@code TopK, k = 32}. */
  String label();

  /** What it is once it is trained, as files name it. */
  Architecture architecture();

  /**
   * The variant that does what this one does once it is trained, with a threshold for each latent
   * where this one has one for all.
   */
  default Variant inUse() {
    return this;
  }

  /** Arrays that this variant adds to the four of every SAE. */
  default List<Extra> extras() {
    return List.of();
  }

  /** Which pre-activations a step of training looks at: those that may be active, or nearly so. */
  Selection selection(SaeParameters p);

  /** Which pre-activations become codes where nothing is learnt. */
  default Selection inference(SaeParameters p) {
    return selection(p);
  }

  /**
   * Codes from the selected pre-activations, at the same places; some may be 0.
   *
   * @param pre the selected pre-activations
   */
  default Codes activate(Codes pre, SaeParameters p) {
    return pre;
  }

  /**
   * Takes a gradient back through {@link #activate} and adds it: to the encoder's by {@link
   * GradientSum#addEncoder}, and to that of the variant's own parameters.
   *
   * @param pre the selected pre-activations
   * @param codes what became of them
   * @param gradient of the loss with respect to the codes, at the same places; may be overwritten
   * @param scale what {@code gradient} is to be multiplied by
   */
  default void backward(
      Codes pre,
      Codes codes,
      Codes gradient,
      SaeParameters p,
      GradientSum gradients,
      double scale) {
    gradients.addEncoder(gradient, scale);
  }

  /** The sparsity loss of a batch. */
  default SparsityPenalty penalty(Codes pre, Codes codes, SaeParameters p, Engine engine) {
    return SparsityPenalty.NONE;
  }

  /**
   * The reconstruction of a batch, whose gradients with respect to W_dec and b_dec it adds.
   *
   * @param target {@code [rows, nOut]}
   * @param weights half of the penalty's gradient by latent, or null; see {@link Engine#residual}
   * @return the error, half of the loss's gradient with respect to the codes, and the loss as a sum
   *     over the rows
   */
  default Residual reconstruct(
      Codes codes,
      INDArray target,
      INDArray weights,
      SaeParameters p,
      Engine engine,
      GradientSum gradients) {
    Residual residual = engine.residual(codes, p.wDec(), p.bDec(), target, weights);
    gradients.addDecoder(codes, residual.error(), 2); // ∂‖e‖²/∂x̂ = 2e
    gradients.addReconstruction(residual.error(), 2);
    return residual;
  }

  /** Losses beside that of the reconstruction; {@code dead} are the latents that count as dead. */
  default List<AuxiliaryLoss> auxiliaries(SaeParameters p, BitSet dead) {
    return List.of();
  }

  /** Takes note of the codes of a step, where the variant keeps a running state. */
  default void observe(Codes codes, SaeParameters p, Engine engine) {}

  /** Brings the variant's own parameters back to where they may be, after the updater. */
  default void afterStep(SaeParameters p) {}

  /**
   * This variant as it is at some point of a training whose settings change by themselves.
   *
   * @param step counted from 0
   * @param progress fraction of the training that is done, 0 to 1
   */
  default Variant at(long step, double progress) {
    return this;
  }

  /** Activations a row: those that are not 0. */
  default double l0(Codes codes, Engine engine) {
    return (double) codes.nonZeros() / Math.max(1, codes.rows());
  }

  /** Whether codes of {@code s·h} are s times those of h, where biases and thresholds are, too. */
  default boolean isHomogeneous() {
    return true;
  }

  /**
   * Makes up for a constant that is added to the input: what depends on {@code x·W_enc} without
   * b_enc is to be moved as that is.
   *
   * @param by what is added to {@code x·W_enc}, {@code [nLatents]}
   */
  default void shift(SaeParameters p, INDArray by) {
    p.bEnc().addi(by);
  }

  /** Whether activations may be negative: then a decoder row and its opposite are one latent. */
  default boolean isSigned() {
    return false;
  }

  /** Whether a latent may be inactive for good: not where every latent is active in every row. */
  default boolean canDie() {
    return true;
  }

  /** Whether a latent with this code counts as active: where it is not 0. */
  default boolean isActive(double code) {
    return code != 0;
  }

  /** What presses for sparsity: k, λ or β; 0 where nothing does. */
  double sparsitySetting();

  /** This variant with another {@link #sparsitySetting}. */
  Variant withSparsitySetting(double strength);

  /**
   * This variant pressing {@code factor} times as hard, for a search of the {@link
   * #sparsitySetting} that leads to a number of activations: it must fall as the factor grows,
   * whatever it is.
   */
  default Variant scaleSparsity(double factor) {
    return withSparsitySetting(sparsitySetting() * factor);
  }

  /** Refuses a dictionary that this variant cannot use. */
  default void requireFits(int nLatents) {}
}
