package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Selection;

/**
 * ReLU SAE with an Lp penalty, {@code f = ReLU(h)}, loss {@code λ·Σᵢ (fᵢ + ε)ᵖ}, averaged over
 * rows, where p may fall during training: p-annealing starts at the convex L1 norm and ends near
 * L0, the actual objective (Karvonen et al. 2024, "Measuring progress in dictionary learning for
 * language model interpretability with board game models", arXiv 2408.00113, section 4). ε = 10⁻⁶
 * keeps the slope finite. The decoder has unit norm. λ stays constant, whereas the paper lowers it
 * as (fᵢ + ε)ᵖ grows; a target L0 has the same effect.
 *
 * @param lambda weight of the penalty
 * @param p exponent at the start, above 0, at most 1
 * @param pEnd exponent at the end; p falls linearly between the first tenth and the last fifth of
 *     training
 */
@VariantName("relu-lp")
public record ReluLp(double lambda, double p, double pEnd) implements Variant {
  private static final double ANNEAL_FROM = .1;

  /**
   * Fraction of training after which p stays constant, so L0, which rises as p falls, can settle.
   */
  private static final double ANNEAL_TO = .8;

  public ReluLp {
    Settings.requireNotNegative("lambda", lambda);
    if (!(p > 0 && p <= 1)) {
      throw new IllegalArgumentException("--p must be above 0 and at most 1, got " + p);
    }
    if (!(pEnd > 0 && pEnd <= p)) {
      throw new IllegalArgumentException("--p-end must be above 0 and at most --p, got " + pEnd);
    }
  }

  @Override
  public String label() {
    return "ReLU with an Lp penalty, p = " + p + " to " + pEnd;
  }

  @Override
  public Architecture architecture() {
    return Architecture.STANDARD;
  }

  @Override
  public Selection selection(Weights parameters) {
    return new Selection.Positive();
  }

  @Override
  public SparsityPenalty penalty(Codes pre, Codes codes, Weights parameters, Engine engine) {
    Later sum = engine.sum(codes, EntryRule.POWER, Inputs.ofConstants(p, 0));
    return SparsityPenalty.ofCodes(
        sum.times(lambda).over(codes.rows()),
        engine.map(codes, EntryRule.POWER_SLOPE, Inputs.ofConstants(p, lambda)));
  }

  @Override
  public ReluLp at(long step, double progress) {
    double fraction = Math.max(0, (progress - ANNEAL_FROM) / (ANNEAL_TO - ANNEAL_FROM));
    return new ReluLp(lambda, Math.max(pEnd, p + fraction * (pEnd - p)), pEnd); // up to rounding
  }

  @Override
  public Thresholds thresholds() {
    return Thresholds.BIASES;
  }

  @Override
  public double learningRateFactor(int nLatents, boolean transcoder) {
    return transcoder ? .5 : 1;
  }

  @Override
  public boolean normalisesDecoder() {
    return true;
  }

  @Override
  public StepMemory stepMemory(int rows, int nLatents) {
    return StepMemory.sparseOrDense(rows, nLatents);
  }

  @Override
  public double freshEncoderFraction() {
    return SMALL_ENCODER;
  }

  @Override
  public double sparsitySetting() {
    return lambda;
  }

  @Override
  public ReluLp withSparsitySetting(double strength) {
    return new ReluLp(strength, p, pEnd);
  }
}
