package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Selection;
import java.util.Locale;
import java.util.Objects;

/**
 * A plain autoencoder, as a baseline. Nothing is sparse; having fewer latents than input values
 * keeps it from copying its input. The linear form finds the space of the first principal
 * components (Bourlard and Kamp 1988, "Auto-association by multilayer perceptrons and singular
 * value decomposition", Biological Cybernetics 59).
 *
 * @param activation activation function of the latents
 */
@VariantName("bottleneck")
public record Bottleneck(Activation activation) implements Variant {

  /** Activation function of the latents. */
  public enum Activation {
    LINEAR,
    RELU,
    TANH
  }

  public Bottleneck {
    Objects.requireNonNull(activation, "activation");
  }

  @Override
  public String label() {
    return "bottleneck, " + activation.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Architecture architecture() {
    return switch (activation) {
      case LINEAR -> Architecture.LINEAR;
      case RELU -> Architecture.STANDARD;
      case TANH -> Architecture.TANH;
    };
  }

  /** No loss enforces sparsity. */
  @Override
  public boolean hasCoefficient() {
    return false;
  }

  @Override
  public Thresholds thresholds() {
    return Thresholds.NONE;
  }

  @Override
  public double learningRateFactor(int nLatents, boolean transcoder) {
    return transcoder ? .5 : 1;
  }

  @Override
  public boolean normalisesDecoder() {
    return false;
  }

  @Override
  public StepMemory stepMemory(int rows, int nLatents) {
    return activation == Activation.RELU
        ? StepMemory.sparseOrDense(rows, nLatents)
        : StepMemory.dense();
  }

  @Override
  public double freshEncoderFraction() {
    return SMALL_ENCODER;
  }

  @Override
  public Selection selection(Weights p) {
    return activation == Activation.RELU ? new Selection.Positive() : new Selection.All();
  }

  @Override
  public Codes activate(Codes pre, Weights p, Engine engine) {
    return activation == Activation.TANH
        ? engine.map(pre, EntryRule.TANH, Inputs.ofConstants(1, 0))
        : pre;
  }

  @Override
  public void backward(
      Codes pre,
      Codes codes,
      Codes gradient,
      Weights p,
      GradientSum gradients,
      Engine engine,
      double scale) {
    if (activation != Activation.TANH) {
      gradients.addEncoder(gradient, scale);
      return;
    }
    gradients.addEncoder(
        engine.replace(gradient, EntryRule.TANH_GRADIENT, Inputs.ofCodes(codes)), scale);
  }

  @Override
  public boolean isHomogeneous() {
    return activation != Activation.TANH;
  }

  @Override
  public boolean canDie() {
    return activation == Activation.RELU;
  }

  @Override
  public double sparsitySetting() {
    return 0;
  }

  @Override
  public Bottleneck withSparsitySetting(double strength) {
    return this;
  }
}
