package io.github.sae4j.train;

import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.function.Supplier;

/**
 * Schedule of the variant's sparsity during training: k falls linearly from a larger value, λ and β
 * rise linearly from 0; includes other settings that a variant schedules itself.
 */
final class SparsitySchedule {
  private final Variant target;
  private final int kStart;
  private final int kAnnealSteps;
  private final int warmupSteps;
  private final long steps;
  private final SparsityControl control; // null if the coefficient is given

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
   * Returns the variant for a step.
   *
   * @param step step number, from 0
   */
  Variant at(long step) {
    Variant now = target.at(step, (double) step / steps);
    if (target.fixedK().isPresent()) {
      if (kStart == 0 || step >= kAnnealSteps) {
        return now;
      }
      double fraction = (double) step / kAnnealSteps;
      return now.withSparsitySetting(kStart + fraction * (target.fixedK().getAsInt() - kStart));
    }
    if (control != null) {
      return now.scaleSparsity(control.factor());
    }
    return step >= warmupSteps
        ? now
        : now.withSparsitySetting(now.sparsitySetting() * step / warmupSteps);
  }

  /** Records the result of a step, if there is a target number of activations. */
  void observe(LossTerms loss, Supplier<Weights> weights) {
    if (control != null) {
      control.observe(loss.l0());
      target.thresholds().move(weights.get(), control.threshold());
    }
  }

  /** Returns the state kept in a checkpoint. */
  SparsityControl.State state() {
    return control == null ? SparsityControl.State.NONE : control.state();
  }

  void restore(SparsityControl.State state) {
    if (control != null) {
      control.restore(state);
    }
  }
}
