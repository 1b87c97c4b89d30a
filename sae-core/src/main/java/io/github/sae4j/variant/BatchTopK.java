package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * BatchTopK SAE: the {@code k·rows} largest pre-activations of the batch, so that a row gets as
 * many as it needs (Bussmann et al. 2024, "BatchTopK sparse autoencoders", arXiv 2412.06410,
 * section 3). At inference a pre-activation counts where it exceeds a threshold θ, the running mean
 * of the smallest activation of a batch (section 3.1), so that a row's codes do not depend on its
 * neighbours: {@code f = h·1[h > θ]}.
 *
 * @param k activations a row, as a mean over the batch
 * @param kAux dead latents that reconstruct the error of a row; 0 turns {@link AuxK} off
 * @param auxCoefficient weight of the auxiliary loss
 */
@VariantName("batch-topk")
public record BatchTopK(int k, int kAux, double auxCoefficient) implements KSparse {
  /** θ, one number; 0 until the first step. */
  static final Extra THRESHOLD = new Extra("threshold", "threshold", false, true, false);

  /**
   * How much of the running mean stays in a step. SAELens' .99 and dictionary_learning's .999 lag a
   * hundred and a thousand steps behind: in a run of two hundred at k = 32 the former's θ let 26
   * activations a row through.
   */
  static final double DECAY = .9;

  public BatchTopK {
    KSparse.requireValid(k, kAux, auxCoefficient);
  }

  @Override
  public String label() {
    return "BatchTopK, k = " + k;
  }

  /** Its one threshold is, in files, one for each latent. */
  @Override
  public Architecture architecture() {
    return Architecture.JUMPRELU;
  }

  @Override
  public Variant inUse() {
    return new JumpRelu(0);
  }

  /** k: what θ lets through is near it. */
  @Override
  public OptionalDouble wantedL0() {
    return OptionalDouble.of(k);
  }

  @Override
  public List<Extra> extras() {
    return List.of(THRESHOLD);
  }

  @Override
  public Selection selection(SaeParameters p) {
    return new Selection.BatchTopK(k);
  }

  /** By θ, and as in training until there is one: a θ of 0 would let every positive one through. */
  @Override
  public Selection inference(SaeParameters p) {
    double threshold = p.get(THRESHOLD.key()).getDouble(0);
    if (threshold == 0) {
      return selection(p);
    }
    double[] thresholds = new double[p.nLatents()];
    Arrays.fill(thresholds, threshold);
    return new Selection.Above(thresholds);
  }

  @Override
  public void observe(Codes codes, SaeParameters p, Engine engine) {
    codes
        .smallestPositive()
        .ifPresent(
            smallest -> {
              INDArray threshold = p.get(THRESHOLD.key());
              double before = threshold.getDouble(0);
              threshold.putScalar(
                  0, before == 0 ? smallest : DECAY * before + (1 - DECAY) * smallest);
            });
  }

  @Override
  public BatchTopK withK(int k) {
    return new BatchTopK(k, kAux, auxCoefficient);
  }
}
