package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gated SAE: whether a latent is active and how strongly are computed separately, with shared
 * weights (Rajamanoharan et al. 2024, "Improving dictionary learning with gated sparse
 * autoencoders", arXiv 2404.16014, section 3):
 *
 * <pre>
 * π = (x − b_dec)·W_enc + b_enc                    the gate
 * m = e^r ∘ (x − b_dec)·W_enc + b_mag              the magnitude
 * f = 1[π > 0] ∘ ReLU(m)
 * L = ‖x̂ − x‖² + λ·Σ ReLU(π) + ‖x − D(ReLU(π))‖²
 * </pre>
 *
 * <p>D is the decoder held constant, so the last term trains only the gate, which gets no gradient
 * through the step function. The decoder has unit norm. The last term is reported as the auxiliary
 * loss.
 *
 * @param lambda weight of the sparsity penalty
 */
@VariantName("gated")
public record Gated(double lambda) implements Variant {
  /** r, one value per latent. */
  public static final Extra R_MAG = new Extra("rmag", "r_mag", true, false, true);

  /** b_mag, one value per latent. */
  public static final Extra B_MAG = new Extra("bmag", "b_mag", true, true, true);

  public Gated {
    Settings.requireNotNegative("lambda", lambda);
  }

  @Override
  public String label() {
    return "Gated";
  }

  @Override
  public Architecture architecture() {
    return Architecture.GATED;
  }

  @Override
  public List<Extra> extras() {
    return List.of(R_MAG, B_MAG);
  }

  /** Selects π wherever the gate is open. */
  @Override
  public Selection selection(Weights p) {
    return new Selection.Above(new double[p.nLatents()]);
  }

  @Override
  public Codes activate(Codes pre, Weights p, Engine engine) {
    return engine.map(
        pre,
        EntryRule.MAGNITUDE,
        Inputs.ofLatents(p.get(R_MAG.key()), p.bEnc(), p.get(B_MAG.key())));
  }

  @Override
  public SparsityPenalty penalty(Codes pre, Codes codes, Weights p, Engine engine) {
    Later sum;
    try (Tensor sums = engine.latentSums(pre)) {
      sum = engine.sum(sums);
    }
    return SparsityPenalty.ofPreActivations(
        sum.times(lambda).over(pre.rows()), engine.filledLike(p.bEnc(), lambda));
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
    Inputs inputs = Inputs.ofLatents(p.get(R_MAG.key()), p.bEnc()).and(codes, pre).with(scale, 0);
    gradients.add(
        R_MAG.key(),
        engine.sumByLatent(gradient, EntryRule.MAGNITUDE_SCALE_GRADIENT, inputs, p.bEnc()));
    gradients.add(
        B_MAG.key(), engine.sumByLatent(gradient, EntryRule.WHERE_POSITIVE, inputs, p.bEnc()));
    gradients.addEncoderWeights(
        engine.replace(gradient, EntryRule.MAGNITUDE_GRADIENT, inputs), scale);
  }

  @Override
  public List<AuxiliaryLoss> auxiliaries(Weights p, Latents dead) {
    return List.of(new OpenGates());
  }

  /** {@code ‖x − D(ReLU(π))‖²}. */
  private record OpenGates() implements AuxiliaryLoss {

    @Override
    public Optional<Selection> selection() {
      return Optional.empty();
    }

    @Override
    public Later addTo(
        GradientSum gradients,
        Engine engine,
        Codes selected,
        Tensor target,
        Tensor error,
        Weights p) {
      Residual residual = engine.residual(selected, p.decoder(), p.bDec(), target, null);
      gradients.addEncoder(residual.products(), 2);
      residual.error().close();
      return residual.squares().over(target.rows());
    }
  }

  /** Magnitudes are {@code x·W_enc·exp(r_mag) + b_mag}. */
  @Override
  public void shift(Weights p, Tensor by, Engine engine) {
    engine.add(p.bEnc(), by);
    try (Tensor scaled = engine.exponentials(p.get(R_MAG.key()))) {
      engine.multiply(scaled, by);
      engine.add(p.get(B_MAG.key()), scaled);
    }
  }

  @Override
  public Thresholds thresholds() {
    return Thresholds.GATES;
  }

  /** Limits how far a magnitude's bias may lower it. */
  @Override
  public Map<String, Double> reachable(Map<String, Double> extras, double most) {
    Map<String, Double> reachable = new LinkedHashMap<>(extras);
    double least = -most * Math.exp(extras.get(R_MAG.key()));
    reachable.computeIfPresent(B_MAG.key(), (key, bias) -> Math.max(bias, least));
    return reachable;
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
    return StepMemory.sparse(1, rows, nLatents);
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
  public Gated withSparsitySetting(double strength) {
    return new Gated(strength);
  }
}
