package io.github.sae4j.layer;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.variant.AdamOptimizer;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.Arrays;
import java.util.Optional;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A layer's step of unsupervised training, with its state. */
final class PretrainStep {
  private final SaeLayer conf;
  private final Engine engine;
  private final Objective objective;
  private final DeadLatents deadLatents;
  private LossTerms lastLoss; // null before the first batch
  private INDArray target;

  PretrainStep(SaeLayer conf, Engine engine, Objective objective) {
    this.conf = conf;
    this.engine = engine;
    this.objective = objective;
    this.deadLatents =
        new DeadLatents(Math.toIntExact(conf.getNLatents()), conf.getDeadAfterTokens());
  }

  DeadLatents deadLatents() {
    return deadLatents;
  }

  /** Returns the loss of the last batch; empty before the first. */
  Optional<LossTerms> lastLoss() {
    return Optional.ofNullable(lastLoss);
  }

  /**
   * Sets a transcoder's target for the next batch.
   *
   * @param rows {@code [rows, targetWidth]}
   */
  void setTarget(INDArray rows) {
    if (!conf.getForm().isTranscoder()) {
      throw new IllegalStateException(
          "an autoencoder's target is its input; setTarget is only for transcoders: " + conf);
    }
    if (rows.rank() != 2 || rows.size(1) != conf.getTargetWidth()) {
      throw new DL4JInvalidInputException(
          "the target must be [batch, %d], got %s: %s"
              .formatted(conf.getTargetWidth(), Arrays.toString(rows.shape()), conf));
    }
    this.target = rows;
  }

  private INDArray takeTarget(INDArray x, INDArray clean) {
    if (!conf.getForm().isTranscoder()) {
      return clean;
    }
    if (target == null || target.size(0) != x.size(0)) {
      throw new IllegalStateException(
          "a transcoder's target must be set by setTarget before each step: expected %d rows, got %s: %s"
              .formatted(x.size(0), target == null ? "no target" : target.size(0) + " rows", conf));
    }
    INDArray taken = target.castTo(x.dataType());
    target = null;
    return taken;
  }

  /**
   * Returns the loss of a batch and its gradient, and records which latents fire.
   *
   * @param x {@code [rows, nIn]}
   * @param clean an autoencoder's target, {@code [rows, nIn]}: x without noise
   */
  Objective.Result evaluate(INDArray x, INDArray clean, SaeParameters p, Variant variant) {
    if (lastLoss != null) {
      lastLoss.codes().release();
    }
    Objective.Result result =
        objective.evaluate(
            NdTensor.of(x),
            NdTensor.of(takeTarget(x, clean)),
            p.weights(),
            variant,
            Latents.of(deadLatents.dead()));
    lastLoss = result.loss();
    deadLatents.update(lastLoss.codes());
    return result;
  }

  /** Takes one step with Adam, without storing the gradient. */
  LossTerms adamStep(
      INDArray x,
      SaeParameters p,
      Variant variant,
      AdamMoments moments,
      AdamStep unclipped,
      double clipNorm) {
    Objective.Result result = evaluate(x, x, p, variant);
    Weights weights = p.weights();
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      new AdamOptimizer(
              engine,
              moments.mean(conf).weights(),
              moments.variance(conf).weights(),
              conf.isUnitNormDecoder())
          .step(weights, result.gradients(), unclipped, clipNorm);
      result.gradients().release(lastLoss.codes());
    }
    variant.afterStep(weights, engine);
    return lastLoss;
  }
}
