package io.github.sae4j.variant;

import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

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
  public Selection selection(SaeParameters p) {
    return new Selection.Above(new double[p.nLatents()]);
  }

  @Override
  public Codes activate(Codes pre, SaeParameters p) {
    double[] r = p.get(R_MAG.key()).toDoubleVector();
    double[] bMag = p.get(B_MAG.key()).toDoubleVector();
    double[] bGate = p.bEnc().toDoubleVector();
    return ((SparseCodes) pre)
        .map((i, l, pi) -> Math.max(0, Math.exp(r[l]) * (pi - bGate[l]) + bMag[l]));
  }

  @Override
  public SparsityPenalty penalty(Codes pre, Codes codes, SaeParameters p, Engine engine) {
    double sum;
    try (INDArray sums = engine.latentSums(pre)) {
      sum = OrderedSums.sum(sums);
    }
    return SparsityPenalty.ofPreActivations(
        lambda * sum / pre.rows(),
        Nd4j.valueArrayOf(p.bEnc().shape(), lambda, p.bEnc().dataType()));
  }

  @Override
  public void backward(
      Codes pre,
      Codes codes,
      Codes gradient,
      SaeParameters p,
      GradientSum gradients,
      double scale) {
    double[] r = p.get(R_MAG.key()).toDoubleVector();
    double[] bGate = p.bEnc().toDoubleVector();
    SparseCodes pi = (SparseCodes) pre;
    SparseCodes f = (SparseCodes) codes;
    SparseCodes g = (SparseCodes) gradient;
    double[] toR = new double[r.length];
    double[] toBMag = new double[r.length];
    int[] latents = pi.latents();
    for (int i = 0; i < pi.activations(); i++) {
      if (f.value(i) > 0) {
        int l = latents[i];
        toR[l] += scale * g.value(i) * Math.exp(r[l]) * (pi.value(i) - bGate[l]);
        toBMag[l] += scale * g.value(i);
      }
    }
    gradients.add(R_MAG.key(), Nd4j.createFromArray(toR).castTo(p.bEnc().dataType()));
    gradients.add(B_MAG.key(), Nd4j.createFromArray(toBMag).castTo(p.bEnc().dataType()));
    gradients.addEncoderWeights(
        g.map((i, l, value) -> f.value(i) > 0 ? Math.exp(r[l]) * value : 0), scale);
  }

  @Override
  public List<AuxiliaryLoss> auxiliaries(SaeParameters p, BitSet dead) {
    return List.of(new OpenGates());
  }

  /** {@code ‖x − D(ReLU(π))‖²}. */
  private record OpenGates() implements AuxiliaryLoss {

    @Override
    public Selection selection() {
      return null;
    }

    @Override
    public double addTo(
        GradientSum gradients,
        Engine engine,
        Codes selected,
        INDArray target,
        INDArray error,
        SaeParameters p) {
      Residual residual = engine.residual(selected, p.wDec(), p.bDec(), target, null);
      gradients.addEncoder(residual.products(), 2);
      SaeGradients.close(residual.error());
      return residual.squares() / target.size(0);
    }
  }

  /** Magnitudes are {@code x·W_enc·exp(r_mag) + b_mag}. */
  @Override
  public void shift(SaeParameters p, INDArray by) {
    p.bEnc().addi(by);
    p.get(B_MAG.key()).addi(Transforms.exp(p.get(R_MAG.key()), true).muli(by));
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
