package io.github.sae4j.train;

import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;

/**
 * How hard the variant presses for sparsity as training goes on: k falls linearly from a larger
 * one, λ and β rise linearly from 0; and what else of a variant's settings changes by itself.
 */
final class SparsitySchedule {
  private final Variant target;
  private final int kStart;
  private final int kAnnealSteps;
  private final int warmupSteps;
  private final long steps;
  private final SparsityControl control; // null where the coefficient is given

  SparsitySchedule(TrainConfig config, TrainPlan plan) {
    this.target = config.variant();
    this.kStart = config.kStart();
    this.kAnnealSteps = config.kAnnealSteps();
    this.warmupSteps = plan.sparsityWarmupSteps();
    this.steps = plan.steps();
    this.control =
        config.targetL0() > 0 ? new SparsityControl(config.targetL0(), plan.steps()) : null;
  }

  /**
   * The variant of a step.
   *
   * @param step counted from 0
   */
  Variant at(long step) {
    Variant now = target.at(step, (double) step / steps);
    if (target.fixedK().isPresent()) {
      if (kStart == 0 || step >= kAnnealSteps) {
        return now;
      }
      double share = (double) step / kAnnealSteps;
      return now.withSparsitySetting(kStart + share * (target.fixedK().getAsInt() - kStart));
    }
    if (control != null) {
      return now.scaleSparsity(control.factor());
    }
    return step >= warmupSteps
        ? now
        : now.withSparsitySetting(now.sparsitySetting() * step / warmupSteps);
  }

  /** Takes note of what became of a step, where a number of activations is aimed at. */
  void observe(double l0, SaeParameters p) {
    if (control != null) {
      control.observe(l0);
      target.thresholds().move(p, control.threshold());
    }
  }

  /** What a checkpoint keeps. */
  SparsityControl.State state() {
    return control == null ? SparsityControl.State.NONE : control.state();
  }

  void restore(SparsityControl.State state) {
    if (control != null) {
      control.restore(state);
    }
  }
}
