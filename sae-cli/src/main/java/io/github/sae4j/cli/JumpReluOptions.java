package io.github.sae4j.cli;

import io.github.sae4j.variant.JumpRelu;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/** Options of JumpReLU. */
@Section("Sparsity")
final class JumpReluOptions {
  private static final double LAMBDA = .005;

  @Option(
      names = "--sparsity-loss",
      paramLabel = "NAME",
      description = "jumprelu: step, tanh or quadratic (default: {default}).")
  private JumpRelu.Sparsity sparsityLoss;

  @Option(
      names = "--tanh-scale",
      paramLabel = "X",
      description =
          "jumprelu: steepness of the tanh of --sparsity-loss (default: 4 * sqrt(nIn), for inputs of mean square 1).")
  @Within(above = 0)
  private Double tanhScale;

  @Option(
      names = "--bandwidth",
      paramLabel = "X",
      description =
          "jumprelu: width around a threshold within which it learns (default: {default}).")
  @Within(above = 0)
  private Double bandwidth;

  @Option(
      names = "--pre-activation-loss",
      paramLabel = "X",
      description = "jumprelu: weight of the loss that pulls dead latents up (default: {default}).")
  @Within(from = 0)
  private Double preActivation;

  boolean isQuadratic() {
    return sparsityLoss == JumpRelu.Sparsity.QUADRATIC;
  }

  /**
   * Returns the variant.
   *
   * @param lambda λ, if given; its default depends on the loss, since the quadratic loss has the
   *     same slope as λ·L0 at twice its L0*
   * @param targetL0 L0* of the quadratic loss
   */
  JumpRelu make(OptionalDouble lambda, double targetL0, DictionaryShape shape) {
    return new JumpRelu(
        lambda.orElse(isQuadratic() ? LAMBDA * targetL0 / 2 : LAMBDA),
        sparsityLoss == null ? JumpRelu.Sparsity.STEP : sparsityLoss,
        isQuadratic() ? targetL0 : 0,
        bandwidth == null ? JumpRelu.BANDWIDTH : bandwidth,
        preActivation == null ? JumpRelu.PRE_ACTIVATION_COEFFICIENT : preActivation,
        scale(shape.width()));
  }

  /** Converts the tanh's scale from inputs of mean square nIn to inputs of mean square 1. */
  private double scale(int nIn) {
    return tanhScale == null ? JumpRelu.TANH_SCALE * Math.sqrt(nIn) : tanhScale;
  }
}
