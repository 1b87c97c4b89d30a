package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * JumpReLU SAE: {@code f = h·1[h > θ]} with a learnt threshold θ per latent (Rajamanoharan et al.
 * 2024, "Jumping ahead", arXiv 2407.14435). The step has zero slope, so θ is learnt with
 * straight-through estimators using a rectangular kernel K of width ε around the step (section 4):
 *
 * <pre>
 * ∂f/∂θ := −(θ/ε)·K((h − θ)/ε)     ∂1[h > θ]/∂θ := −(1/ε)·K((h − θ)/ε)     K(u) = 1[|u| &lt; ½]
 * </pre>
 *
 * <p>The sparsity loss, averaged over rows, is one of {@link Sparsity}. A small loss on the
 * pre-activations of dead latents, {@code c·Σ ReLU(θ − h)}, revives them (Conerly et al. 2025,
 * "Circuits Updates, January 2025"). The decoder has unit norm.
 *
 * @param lambda weight of the sparsity loss
 * @param sparsity which sparsity loss to use
 * @param targetL0 L0* of {@link Sparsity#QUADRATIC}; unused by the others
 * @param bandwidth ε, in units of the pre-activations
 * @param preActivationCoefficient c; 0 for none
 * @param tanhScale s of {@link Sparsity#TANH}, in units of the pre-activations; unused by the
 *     others
 */
@VariantName("jumprelu")
public record JumpRelu(
    double lambda,
    Sparsity sparsity,
    double targetL0,
    double bandwidth,
    double preActivationCoefficient,
    double tanhScale)
    implements Variant {
  /** θ, one value per latent. */
  public static final Extra THRESHOLD = new Extra("threshold", "threshold", true, true, true);

  /** The paper's ε, for inputs of unit mean square. */
  public static final double BANDWIDTH = 1e-3;

  /** SAELens' c. */
  public static final double PRE_ACTIVATION_COEFFICIENT = 3e-6;

  /** Loss that keeps codes sparse. */
  public enum Sparsity {
    /** {@code λ·L0}, as in the paper. */
    STEP,
    /**
     * {@code λ·Σ tanh(s·f)}, which also shrinks the activations, small ones most (Conerly et al.
     * 2025, "Circuits Updates, January 2025", with s = 4 for inputs of {@code E‖x‖² = nIn}).
     */
    TANH,
    /** {@code λ·(L0/L0* − 1)²}, which holds L0 at a target (the paper's appendix). */
    QUADRATIC
  }

  /** s of Circuits Updates; multiplied by √nIn, it applies to inputs of unit mean square. */
  public static final double TANH_SCALE = 4;

  public JumpRelu {
    Settings.requireNotNegative("lambda", lambda);
    Objects.requireNonNull(sparsity, "sparsity");
    if (sparsity == Sparsity.QUADRATIC) {
      Settings.requirePositive("target-l0", targetL0);
    }
    Settings.requirePositive("bandwidth", bandwidth);
    Settings.requireNotNegative("pre-activation-loss", preActivationCoefficient);
    Settings.requirePositive("tanh-scale", tanhScale);
  }

  /** Uses the default s. */
  public JumpRelu(
      double lambda,
      Sparsity sparsity,
      double targetL0,
      double bandwidth,
      double preActivationCoefficient) {
    this(lambda, sparsity, targetL0, bandwidth, preActivationCoefficient, TANH_SCALE);
  }

  /** Uses the paper's loss and the default settings. */
  public JumpRelu(double lambda) {
    this(lambda, Sparsity.STEP, 0, BANDWIDTH, PRE_ACTIVATION_COEFFICIENT);
  }

  @Override
  public String label() {
    return "JumpReLU";
  }

  @Override
  public Architecture architecture() {
    return Architecture.JUMPRELU;
  }

  /** Returns L0* for the quadratic loss. */
  @Override
  public OptionalDouble wantedL0() {
    return sparsity == Sparsity.QUADRATIC ? OptionalDouble.of(targetL0) : OptionalDouble.empty();
  }

  @Override
  public List<Extra> extras() {
    return List.of(THRESHOLD);
  }

  /**
   * Includes pre-activations in the rectangle below θ: they are inactive, but θ learns from them.
   */
  @Override
  public Selection selection(Weights p) {
    return new Selection.Above(p.get(THRESHOLD.key()), bandwidth / 2);
  }

  @Override
  public Selection inference(Weights p) {
    return new Selection.Above(p.get(THRESHOLD.key()), 0);
  }

  @Override
  public Codes activate(Codes pre, Weights p, Engine engine) {
    return engine.map(pre, EntryRule.ABOVE, Inputs.ofLatents(p.get(THRESHOLD.key())));
  }

  @Override
  public SparsityPenalty penalty(Codes pre, Codes codes, Weights p, Engine engine) {
    if (sparsity == Sparsity.TANH) {
      return tanh(codes, engine);
    }
    Later l0 = engine.nonZeros(codes).over(codes.rows());
    boolean step = sparsity == Sparsity.STEP;
    Later off = step ? l0 : l0.over(targetL0).plus(-1);
    Later loss = step ? l0.times(lambda) : off.times(lambda).times(off);
    // derivative of the loss with respect to L0
    Later slope = step ? Later.of(lambda) : off.times(2 * lambda).over(targetL0);
    Inputs inputs =
        Inputs.ofLatents(p.get(THRESHOLD.key()))
            .with(slope.over(bandwidth).times(-1), Later.of(bandwidth));
    return SparsityPenalty.ofParameter(
        loss, THRESHOLD.key(), engine.sumByLatent(pre, EntryRule.NEAR_STEP, inputs, p.bEnc()));
  }

  private SparsityPenalty tanh(Codes codes, Engine engine) {
    Later sum = engine.sum(codes, EntryRule.TANH, Inputs.ofConstants(tanhScale, 0));
    return SparsityPenalty.ofCodes(
        sum.times(lambda).over(codes.rows()),
        engine.map(codes, EntryRule.TANH_SLOPE, Inputs.ofConstants(tanhScale, lambda)));
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
    Inputs inputs = Inputs.ofLatents(p.get(THRESHOLD.key())).and(pre);
    gradients.add(
        THRESHOLD.key(),
        engine.sumByLatent(
            gradient, EntryRule.STEP_GRADIENT, inputs.with(scale, bandwidth), p.bEnc()));
    gradients.addEncoder(engine.replace(gradient, EntryRule.WHERE_ABOVE, inputs), scale);
  }

  @Override
  public List<AuxiliaryLoss> auxiliaries(Weights p, Latents dead) {
    return preActivationCoefficient == 0 || dead.isEmpty()
        ? List.of()
        : List.of(new PreActivationLoss(preActivationCoefficient, dead));
  }

  /** Clamps thresholds at 0: a lower one would pass negative codes. */
  @Override
  public void afterStep(Weights p, Engine engine) {
    engine.update(p.get(THRESHOLD.key()), EntryRule.AT_LEAST_ZERO, Inputs.NONE);
  }

  @Override
  public Thresholds thresholds() {
    return new Thresholds() {
      @Override
      public void set(Weights p, double[] thresholds) {
        p.get(THRESHOLD.key()).setDoubles(thresholds);
      }

      /**
       * The input's contribution to a pre-activation must exceed {@code θ − b_enc}. Where the
       * biases dominate this difference, lowering θ alone passes nothing more, so the biases are
       * raised too.
       */
      @Override
      public void move(Weights p, double amount) {
        Tensor theta = p.get(THRESHOLD.key());
        Vectors.scale(theta, 1 + amount);
        if (amount < 0 && Vectors.magnitudes(p.bEnc()) > Vectors.sum(theta)) {
          Thresholds.lower(p.bEnc(), amount);
        }
      }
    };
  }

  @Override
  public Map<String, Double> reachable(Map<String, Double> extras, double most) {
    Map<String, Double> reachable = new LinkedHashMap<>(extras);
    reachable.computeIfPresent(THRESHOLD.key(), (key, theta) -> Math.min(theta, most));
    return reachable;
  }

  /** Returns one half: at higher rates, thresholds outgrow pre-activations and latents die. */
  @Override
  public double learningRateFactor(int nLatents, boolean transcoder) {
    return .5;
  }

  @Override
  public boolean normalisesDecoder() {
    return true;
  }

  @Override
  public StepMemory stepMemory(int rows, int nLatents) {
    return StepMemory.sparse(0, rows, nLatents);
  }

  @Override
  public double freshEncoderFraction() {
    return SMALL_ENCODER;
  }

  @Override
  public double sparsitySetting() {
    return lambda;
  }

  /**
   * The quadratic loss vanishes at L0*, however large λ is, so a factor above 1 lowers L0* instead
   * and a factor below 1 raises it.
   */
  @Override
  public JumpRelu scaleSparsity(double factor) {
    return sparsity == Sparsity.QUADRATIC
        ? at(targetL0 / factor)
        : withSparsitySetting(lambda * factor);
  }

  private JumpRelu at(double l0) {
    return new JumpRelu(lambda, sparsity, l0, bandwidth, preActivationCoefficient, tanhScale);
  }

  @Override
  public JumpRelu withSparsitySetting(double strength) {
    return new JumpRelu(
        strength, sparsity, targetL0, bandwidth, preActivationCoefficient, tanhScale);
  }
}
