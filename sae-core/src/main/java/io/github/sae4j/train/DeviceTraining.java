package io.github.sae4j.train;

import io.github.sae4j.dictionary.DeviceWeights;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Firing;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.layer.DeadLatents;
import io.github.sae4j.variant.AdamOptimizer;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.List;
import java.util.Optional;

/**
 * The numbers of a run in the memory of a device, where its steps are taken: the parameters, Adam's
 * moments, the moving average and the counts of dead latents. The host's arrays hold the same
 * numbers whenever the host is to read or change them.
 */
final class DeviceTraining implements AutoCloseable {
  private final DeviceEngine engine;
  private final Objective objective;
  private final DeviceWeights parameters;
  private final DeviceWeights mean;
  private final DeviceWeights variance;
  private final Optional<DeviceWeights> average;
  private final AdamOptimizer optimizer;
  private final Firing firing;
  private final double clipNorm;
  private final List<String> states; // of the variant, which are kept instead of being averaged
  private Tensor x; // the batch of the step
  private Tensor y; // its targets, for a transcoder
  private LossTerms lastLoss;
  private Engine.Scope lastStep; // open until the next begins, for readers of the loss and codes

  /**
   * The arrays of the host, in the layout of the parameters.
   *
   * @param average empty if there is none
   */
  record HostArrays(
      SaeParameters parameters,
      SaeParameters mean,
      SaeParameters variance,
      Optional<SaeParameters> average,
      DeadLatents dead) {}

  /**
   * @param deadAfterRows rows without firing after which a latent counts as dead
   * @param averages whether a moving average of the parameters is kept
   */
  DeviceTraining(
      DeviceEngine engine,
      ParameterLayout layout,
      boolean unitNormDecoder,
      double clipNorm,
      long deadAfterRows,
      boolean averages) {
    this.engine = engine;
    this.objective = new Objective(engine);
    this.parameters = new DeviceWeights(engine, layout);
    this.mean = new DeviceWeights(engine, layout);
    this.variance = new DeviceWeights(engine, layout);
    this.average = averages ? Optional.of(new DeviceWeights(engine, layout)) : Optional.empty();
    this.optimizer = new AdamOptimizer(engine, mean.weights(), variance.weights(), unitNormDecoder);
    this.clipNorm = clipNorm;
    this.firing = engine.firing(layout.nLatents(), deadAfterRows);
    this.states =
        layout.extras().stream().filter(extra -> !extra.learnt()).map(Variant.Extra::key).toList();
  }

  /** Copies everything to the device. */
  void upload(HostArrays host) {
    parameters.upload(host.parameters());
    mean.upload(host.mean());
    variance.upload(host.variance());
    average.ifPresent(own -> own.upload(host.average().orElseThrow()));
    firing.restore(host.dead().tokensSinceFired());
  }

  /** Waits for the steps that were asked for, and copies everything to the host. */
  void download(HostArrays host) {
    engine.await();
    parameters.download(host.parameters());
    mean.download(host.mean());
    variance.download(host.variance());
    average.ifPresent(own -> own.download(host.average().orElseThrow()));
    host.dead().restore(firing.rowsSinceFired());
  }

  /** Returns the parameters on the device. */
  Weights weights() {
    return parameters.weights();
  }

  /** Returns the fraction of dead latents. */
  double deadFraction() {
    return (double) firing.dead().count() / parameters.weights().nLatents();
  }

  /**
   * Asks for a step.
   *
   * @param input {@code [rows, nIn]}, row after row
   * @param target a transcoder's targets, {@code [rows, nOut]}; empty for an autoencoder
   * @param keep decay of the moving average after this step
   */
  LossTerms step(
      float[] input,
      Optional<float[]> target,
      int rows,
      Variant variant,
      AdamStep unclipped,
      double keep) {
    if (lastLoss != null) {
      lastLoss.codes().release();
    }
    endStep();
    lastStep = engine.step();
    x = sent(x, input, rows);
    Tensor goal = x;
    if (target.isPresent()) {
      y = sent(y, target.get(), rows);
      goal = y;
    }
    Weights weights = parameters.weights();
    Objective.Result result = objective.evaluate(x, goal, weights, variant, firing.dead());
    lastLoss = result.loss();
    firing.update(lastLoss.codes());
    optimizer.step(weights, result.gradients(), unclipped, clipNorm);
    result.gradients().release(lastLoss.codes());
    variant.afterStep(weights, engine);
    average.ifPresent(own -> average(own.weights(), weights, keep));
    return lastLoss;
  }

  /** Frees what the last step computed, except numbers. */
  private void endStep() {
    if (lastStep != null) {
      lastStep.close();
      lastStep = null;
    }
  }

  private Tensor sent(Tensor before, float[] batch, int rows) {
    Tensor matrix = before;
    if (matrix == null || matrix.length() != batch.length) {
      Tensor.closeIfPresent(before);
      matrix = engine.tensor(rows, batch.length / rows);
    }
    matrix.write(0, batch, 0, batch.length);
    return matrix;
  }

  private void average(Weights kept, Weights now, double keep) {
    List<Tensor> from = DeviceWeights.arrays(now);
    List<Tensor> to = DeviceWeights.arrays(kept);
    for (int i = 0; i < to.size(); i++) {
      engine.subtract(to.get(i), from.get(i));
      engine.scale(to.get(i), keep);
      engine.add(to.get(i), from.get(i));
    }
    states.forEach(key -> engine.assign(kept.get(key), now.get(key)));
  }

  /** Frees the device. */
  @Override
  public void close() {
    endStep();
    Tensor.closeIfPresent(x);
    Tensor.closeIfPresent(y);
    parameters.close();
    mean.close();
    variance.close();
    average.ifPresent(DeviceWeights::close);
    firing.close();
    engine.close();
  }
}
