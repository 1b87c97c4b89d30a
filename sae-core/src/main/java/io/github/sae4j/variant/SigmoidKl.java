package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.List;
import java.util.Objects;

/**
 * The classic sparse autoencoder: {@code f = σ(h)}, loss {@code β·Σⱼ D(ρ, ρ̂ⱼ)} with ρ̂ⱼ the mean
 * of fⱼ (Ng, "Sparse autoencoder", CS294A lecture notes, section 3). D is a {@link Divergence} of
 * two Bernoulli distributions.
 *
 * <p>ρ̂ is the mean over the batch, or a running mean: {@code ρ̂ ← d·ρ̂ + (1−d)·mean_b f}. The
 * slope of D is then taken at the running mean and applied to the batch as if it were the batch's
 * own mean, so d does not weaken the penalty. The running mean starts at the first batch's mean.
 *
 * <p>A loss of f alone does not make codes sparse: they may all shrink while decoder rows grow. The
 * lecture notes limit weights by weight decay; here, decoder rows have a maximum norm c, as in
 * Srebro and Shraibman 2005, "Rank, trace-norm and max-norm". For rows with {@code E‖x‖² = 1} with
 * L0 active latents, {@code c = 1/√L0}: the length of each of L0 orthogonal components of a row.
 *
 * @param rho target rate ρ of each latent, between 0 and 1
 * @param beta weight β of the penalty
 * @param divergence D
 * @param decay d; 0 for the mean over the batch
 * @param largestNorm c, in units of the network's input rows; 0 for no limit
 */
@VariantName("sigmoid-kl")
public record SigmoidKl(
    double rho, double beta, Divergence divergence, double decay, double largestNorm)
    implements Variant {
  /**
   * Running mean of each latent's activation; 0 until the first step, which no actual mean of σ can
   * be.
   */
  static final Extra RATE = new Extra("rate", "rate", true, false, false);

  /** A code above this value counts as active. */
  public static final double ACTIVE_ABOVE = .5;

  private static final double MOST_ON = 32; // latents at the highest learning rate
  private static final double SMALLEST_RATE = 1e-7;
  private static final double LARGEST_RATE = .5; // target rate if rates stay too low

  /** Distance of a latent's rate r from ρ. */
  public enum Divergence {
    /** {@code KL(ρ‖r) = ρ·ln(ρ/r) + (1−ρ)·ln((1−ρ)/(1−r))}, as in the lecture notes. */
    KULLBACK_LEIBLER(EntryRule.KULLBACK_LEIBLER, EntryRule.KULLBACK_LEIBLER_SLOPE),
    /**
     * {@code (KL(ρ‖m) + KL(r‖m))/2} with {@code m = (ρ + r)/2}: symmetric, and bounded by ln 2 (Lin
     * 1991, "Divergence measures based on the Shannon entropy", section IV).
     */
    JENSEN_SHANNON(EntryRule.JENSEN_SHANNON, EntryRule.JENSEN_SHANNON_SLOPE);

    private final EntryRule value;
    private final EntryRule slope; // times β

    Divergence(EntryRule value, EntryRule slope) {
      this.value = value;
      this.slope = slope;
    }
  }

  public SigmoidKl {
    if (!(rho > 0 && rho < 1)) {
      throw new IllegalArgumentException("rho must lie between 0 and 1, got " + rho);
    }
    Settings.requireNotNegative("beta", beta);
    Objects.requireNonNull(divergence, "divergence");
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException(
          "rate-decay must be at least 0 and less than 1, got " + decay);
    }
    Settings.requireNotNegative("max-decoder-norm", largestNorm);
  }

  /** Creates a variant without a limit on decoder norms. */
  public SigmoidKl(double rho, double beta, Divergence divergence, double decay) {
    this(rho, beta, divergence, decay, 0);
  }

  /** Creates a variant with the Kullback–Leibler divergence of the batch mean. */
  public SigmoidKl(double rho, double beta) {
    this(rho, beta, Divergence.KULLBACK_LEIBLER, 0);
  }

  @Override
  public String label() {
    return "sigmoid with a "
        + (divergence == Divergence.KULLBACK_LEIBLER ? "KL" : "Jensen-Shannon")
        + " penalty";
  }

  @Override
  public Architecture architecture() {
    return Architecture.SIGMOID;
  }

  /**
   * All activations move in each step, and their combined change grows with L0, so above 32 the
   * rate falls as 1/√L0.
   */
  @Override
  public double learningRateFactor(int nLatents, boolean transcoder) {
    return (transcoder ? .5 : 1) * Math.sqrt(Math.min(1, MOST_ON / (rho * nLatents)));
  }

  @Override
  public boolean normalisesDecoder() {
    return false;
  }

  @Override
  public Thresholds thresholds() {
    return Thresholds.NONE;
  }

  /**
   * {@code ln(ρ/(1−ρ))}: latents start at their target rate rather than at one half, from which
   * Adam would need thousands of small steps to come down.
   */
  @Override
  public double firstBias() {
    return Math.log(rho / (1 - rho));
  }

  @Override
  public StepMemory stepMemory(int rows, int nLatents) {
    return StepMemory.dense();
  }

  /** Unused, since latents never die. */
  @Override
  public double freshEncoderFraction() {
    return SMALL_ENCODER;
  }

  /** No code is ever 0. */
  @Override
  public boolean isActive(double code) {
    return code > ACTIVE_ABOVE;
  }

  @Override
  public List<Extra> extras() {
    return decay == 0 ? List.of() : List.of(RATE);
  }

  @Override
  public Selection selection(Weights p) {
    return new Selection.Sigmoid();
  }

  @Override
  public SparsityPenalty penalty(Codes pre, Codes codes, Weights p, Engine engine) {
    Tensor rates = runningRates(codes, p, engine);
    Inputs inputs = Inputs.ofConstants(rho, beta);
    Later sum = engine.sum(rates, divergence.value, inputs);
    // ∂/∂f_bj is slope_j / rows, and gradients are kept multiplied by the number of rows
    engine.update(rates, divergence.slope, inputs);
    return SparsityPenalty.ofLatents(sum.times(beta), rates);
  }

  private Tensor runningRates(Codes codes, Weights p, Engine engine) {
    Tensor rates = engine.latentSums(codes);
    engine.divide(rates, codes.rows());
    if (decay == 0) {
      return rates;
    }
    Tensor before = p.get(RATE.key());
    try (Tensor first = engine.copy(rates);
        Tensor decayed = engine.scaled(before, decay)) {
      engine.scale(rates, 1 - decay);
      engine.add(rates, decayed);
      engine.update(rates, EntryRule.FIRST_OR_MEAN, Inputs.ofLatents(before, first));
    }
    return rates;
  }

  @Override
  public void observe(Codes codes, Weights p, Engine engine) {
    if (decay > 0) {
      engine.assign(p.get(RATE.key()), runningRates(codes, p, engine));
    }
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
    gradients.addEncoder(
        engine.replace(gradient, EntryRule.SIGMOID_GRADIENT, Inputs.ofCodes(codes)), scale);
  }

  /** σ(s·h) is not s·σ(h). */
  @Override
  public boolean isHomogeneous() {
    return false;
  }

  /** Scales down decoder rows that exceed the maximum norm. */
  @Override
  public void afterStep(Weights p, Engine engine) {
    if (largestNorm > 0) {
      engine.limitRowNorms(p.decoder(), largestNorm);
    }
  }

  /**
   * Returns the sum of a row's activations: no code is 0, so each counts in proportion to its
   * activation.
   */
  @Override
  public Later l0(Codes codes, Engine engine) {
    return engine.sum(engine.latentSums(codes)).over(Math.max(1, codes.rows()));
  }

  @Override
  public boolean canDie() {
    return false;
  }

  @Override
  public double sparsitySetting() {
    return beta;
  }

  /**
   * Raises β for a factor above 1, and ρ for a factor below 1: D pulls ρ̂ toward ρ from both sides,
   * so lowering β would not raise rates that have fallen below ρ.
   */
  @Override
  public SigmoidKl scaleSparsity(double factor) {
    if (factor >= 1) {
      return withSparsitySetting(beta * factor);
    }
    double aim = Math.min(Math.max(rho / factor, SMALLEST_RATE), LARGEST_RATE);
    return new SigmoidKl(aim, beta, divergence, decay, largestNorm);
  }

  @Override
  public SigmoidKl withSparsitySetting(double strength) {
    return new SigmoidKl(rho, strength, divergence, decay, largestNorm);
  }
}
