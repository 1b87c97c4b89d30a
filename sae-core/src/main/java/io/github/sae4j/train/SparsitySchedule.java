package io.github.sae4j.train;

import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;

/**
 * How hard the variant presses for sparsity as training goes on: k falls linearly from a larger
 * one, λ and β rise linearly from 0.
 */
final class SparsitySchedule {
  private final Variant target;
  private final int kStart;
  private final int kAnnealSteps;
  private final int warmupSteps;

  SparsitySchedule(TrainConfig config, TrainPlan plan) {
    this.target = config.variant();
    this.kStart = config.kStart();
    this.kAnnealSteps = config.kAnnealSteps();
    this.warmupSteps = plan.sparsityWarmupSteps();
  }

  /** The variant of step {@code step}, counted from 0. */
  Variant at(long step) {
    if (target instanceof TopK topK) {
      if (kStart == 0 || step >= kAnnealSteps) {
        return topK;
      }
      double share = (double) step / kAnnealSteps;
      int k = (int) Math.round(kStart + share * (topK.k() - kStart));
      return new TopK(k, topK.kAux(), topK.auxCoefficient());
    }
    return step >= warmupSteps ? target : target.scaled((double) step / warmupSteps);
  }

  /** k, λ or β of a variant. */
  static double strength(Variant variant) {
    if (variant instanceof TopK topK) {
      return topK.k();
    }
    return variant instanceof ReluL1 relu ? relu.lambda() : ((SigmoidKl) variant).beta();
  }
}
