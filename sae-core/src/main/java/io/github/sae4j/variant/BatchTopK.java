package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Selection;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * BatchTopK SAE: keeps the {@code k·rows} largest pre-activations of the batch, so each row gets as
 * many as it needs (Bussmann et al. 2024, "BatchTopK sparse autoencoders", arXiv 2412.06410,
 * section 3). At inference, a pre-activation is kept if it exceeds a threshold θ, the running mean
 * of each batch's smallest activation (section 3.1), so a row's codes do not depend on its
 * neighbours: {@code f = h·1[h > θ]}.
 *
 * @param k mean activations per row of the batch
 * @param kAux number of dead latents that reconstruct a row's error; 0 turns {@link AuxK} off
 * @param auxCoefficient weight of the auxiliary loss
 */
@VariantName("batch-topk")
public record BatchTopK(int k, int kAux, double auxCoefficient) implements KSparse {
  /** θ, a single number; 0 until the first step. */
  static final Extra THRESHOLD = new Extra("threshold", "threshold", false, true, false);

  /**
   * Decay of the running mean per step. SAELens' 0.99 and dictionary_learning's 0.999 lag a hundred
   * and a thousand steps behind: in a run of two hundred steps at k = 32, 0.99 left θ so low that
   * 26 activations per row passed.
   */
  static final double DECAY = .9;

  public BatchTopK {
    KSparse.requireValid(k, kAux, auxCoefficient);
  }

  @Override
  public String label() {
    return "BatchTopK, k = " + k;
  }

  /** In files, the single threshold is repeated for each latent. */
  @Override
  public Architecture architecture() {
    return Architecture.JUMPRELU;
  }

  @Override
  public Variant inUse() {
    return new JumpRelu(0);
  }

  /** Returns k, since θ passes about k activations per row. */
  @Override
  public OptionalDouble wantedL0() {
    return OptionalDouble.of(k);
  }

  @Override
  public List<Extra> extras() {
    return List.of(THRESHOLD);
  }

  @Override
  public Selection selection(Weights p) {
    return new Selection.BatchTopK(k);
  }

  /**
   * Selects by θ, or as in training until θ is set: a θ of 0 would pass every positive
   * pre-activation.
   */
  @Override
  public Selection inference(Weights p) {
    double threshold = p.get(THRESHOLD.key()).toDoubles()[0];
    if (threshold == 0) {
      return selection(p);
    }
    double[] thresholds = new double[p.nLatents()];
    Arrays.fill(thresholds, threshold);
    return new Selection.Above(thresholds);
  }

  @Override
  public void observe(Codes codes, Weights p, Engine engine) {
    engine.update(
        p.get(THRESHOLD.key()),
        EntryRule.RUNNING_MEAN,
        Inputs.NONE.with(engine.smallestPositive(codes), Later.of(DECAY)));
  }

  @Override
  public BatchTopK withK(int k) {
    return new BatchTopK(k, kAux, auxCoefficient);
  }
}
