package io.github.sae4j.variant;

import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

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
  public Selection selection(SaeParameters p) {
    return new Selection.Above(p.get(THRESHOLD.key()).sub(bandwidth / 2).toDoubleVector());
  }

  @Override
  public Selection inference(SaeParameters p) {
    return new Selection.Above(thresholds(p));
  }

  private static double[] thresholds(SaeParameters p) {
    return p.get(THRESHOLD.key()).toDoubleVector();
  }

  @Override
  public Codes activate(Codes pre, SaeParameters p) {
    double[] theta = thresholds(p);
    return ((SparseCodes) pre).map((i, latent, h) -> h > theta[latent] ? h : 0);
  }

  @Override
  public SparsityPenalty penalty(Codes pre, Codes codes, SaeParameters p, Engine engine) {
    double[] theta = thresholds(p);
    if (sparsity == Sparsity.TANH) {
      return tanh((SparseCodes) codes);
    }
    double l0 = (double) codes.nonZeros() / codes.rows();
    double off = l0 / targetL0 - 1;
    boolean step = sparsity == Sparsity.STEP;
    double slope =
        step ? lambda : 2 * lambda * off / targetL0; // derivative of the loss with respect to L0
    double[] toTheta = new double[theta.length];
    forEachNearStep((SparseCodes) pre, theta, (i, l) -> toTheta[l] -= slope / bandwidth);
    return SparsityPenalty.ofParameter(
        step ? lambda * l0 : lambda * off * off, THRESHOLD.key(), array(toTheta, p));
  }

  private SparsityPenalty tanh(SparseCodes codes) {
    double sum = 0;
    for (int i = 0; i < codes.activations(); i++) {
      sum += Math.tanh(tanhScale * codes.value(i));
    }
    return SparsityPenalty.ofCodes(
        lambda * sum / codes.rows(),
        codes.map(
            (i, latent, f) -> {
              double t = Math.tanh(tanhScale * f);
              return lambda * tanhScale * (1 - t * t);
            }));
  }

  @Override
  public void backward(
      Codes pre,
      Codes codes,
      Codes gradient,
      SaeParameters p,
      GradientSum gradients,
      double scale) {
    double[] theta = thresholds(p);
    SparseCodes h = (SparseCodes) pre;
    SparseCodes g = (SparseCodes) gradient;
    double[] toTheta = new double[theta.length];
    forEachNearStep(h, theta, (i, l) -> toTheta[l] -= scale * g.value(i) * theta[l] / bandwidth);
    gradients.add(THRESHOLD.key(), array(toTheta, p));
    gradients.addEncoder(
        g.map((i, latent, value) -> h.value(i) > theta[latent] ? value : 0), scale);
  }

  private interface Entry {
    void at(int entry, int latent);
  }

  private void forEachNearStep(SparseCodes pre, double[] theta, Entry entry) {
    int[] latents = pre.latents();
    for (int i = 0; i < pre.activations(); i++) {
      int latent = latents[i];
      if (Math.abs(pre.value(i) - theta[latent]) < bandwidth / 2) {
        entry.at(i, latent);
      }
    }
  }

  private static INDArray array(double[] values, SaeParameters p) {
    return Nd4j.createFromArray(values).castTo(p.bEnc().dataType());
  }

  @Override
  public List<AuxiliaryLoss> auxiliaries(SaeParameters p, BitSet dead) {
    return preActivationCoefficient == 0 || dead.isEmpty()
        ? List.of()
        : List.of(new PreActivationLoss(preActivationCoefficient, dead));
  }

  /** Clamps thresholds at 0: a lower one would pass negative codes. */
  @Override
  public void afterStep(SaeParameters p) {
    INDArray theta = p.get(THRESHOLD.key());
    theta.assign(Transforms.max(theta, 0, true));
  }

  @Override
  public Thresholds thresholds() {
    return new Thresholds() {
      @Override
      public void set(SaeParameters p, INDArray thresholds) {
        p.get(THRESHOLD.key()).assign(thresholds);
      }

      /**
       * The input's contribution to a pre-activation must exceed {@code θ − b_enc}. Where the
       * biases dominate this difference, lowering θ alone passes nothing more, so the biases are
       * raised too.
       */
      @Override
      public void move(SaeParameters p, double amount) {
        INDArray theta = p.get(THRESHOLD.key());
        theta.muli(1 + amount);
        if (amount < 0 && OrderedSums.magnitudes(p.bEnc()) > OrderedSums.sum(theta)) {
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
