package io.github.sae4j.train;

import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ShuffledRows;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of a run from where it stands to its end, or until somebody asks to stop. */
final class TrainSession {
  static final int SAMPLE_ROWS = 1 << 15;
  private static final Logger LOG = LoggerFactory.getLogger(TrainSession.class);

  private final ActivationSource source;
  private final TrainConfig config;
  private final TrainPlan plan;
  private final RunDirectory directory;
  private final List<TrainListener> listeners;
  private final TrainingNetwork network;
  private final SparsitySchedule sparsity;
  private final InputTransform transform;
  private final ShuffledRows.Position start;
  private final double secondsBefore;
  private final float[] batch;
  private long step;
  private long checkpointed;

  /** A session that starts a run, or goes on from a checkpoint where one is given. */
  TrainSession(
      ActivationSource source,
      TrainConfig config,
      TrainPlan plan,
      RunDirectory directory,
      List<TrainListener> listeners,
      Checkpoint checkpoint)
      throws IOException {
    this.source = source;
    this.config = config;
    this.plan = plan;
    this.directory = directory;
    this.listeners = listeners;
    this.sparsity = new SparsitySchedule(config, plan);
    this.batch = new float[Math.multiplyExact(config.batchRows(), source.width())];
    this.network = new TrainingNetwork(config, plan, source.width());
    if (checkpoint == null) {
      RowSample sample = RowSample.read(source, SAMPLE_ROWS);
      this.transform =
          InputTransform.estimate(config.inputNormalisation(), sample, source.description());
      transform.apply(sample.values(), sample.width());
      network.initialise(sample, config.initialWeights(), config.seed());
      this.start = ShuffledRows.Position.START;
      this.secondsBefore = 0;
    } else {
      Checkpoint.Progress progress = checkpoint.progress();
      this.transform =
          InputTransform.of(
              config.inputNormalisation(), progress.inputScale(), checkpoint.inputMean());
      sparsity.restore(progress.sparsity());
      network.goOnAfter(progress.step());
      checkpoint.restore(network.state());
      this.start = progress.position();
      this.secondsBefore = progress.seconds();
      this.step = progress.step();
      this.checkpointed = step;
    }
  }

  /** What is trained, for the benchmark. */
  TrainingNetwork network() {
    return network;
  }

  /** Trains until the last step, or until {@code stop} says so; then leaves a checkpoint. */
  TrainResult run(Provenance provenance, BooleanSupplier stop) throws IOException {
    StepMeter meter = new StepMeter(plan, config.batchRows(), source.rows(), step, secondsBefore);
    try (ShuffledRows rows =
            new ShuffledRows(source, config.seed(), plan.windowRows(), config.blockRows());
        MetricsFile metrics = MetricsFile.openAfter(directory.metrics(), step)) {
      rows.seek(start);
      while (step < plan.steps() && !stop.getAsBoolean()) {
        takeStep(rows, meter, metrics);
        if (config.resampling().isDueAfter(step)) {
          resample();
        }
        if (step % config.checkpointEverySteps() == 0 && step < plan.steps()) {
          writeCheckpoint(rows.position(), meter.seconds());
        }
      }
      if (step < plan.steps()) {
        if (step > checkpointed) {
          writeCheckpoint(rows.position(), meter.seconds());
        }
        return new TrainResult(false, step, tokens(), meter.seconds(), null);
      }
    }
    Path sae = directory.sae();
    // in place: the network takes no more steps
    SparseAutoencoder dictionary = transform.fold(network.finish(config.variant()));
    SaeDirectory.write(sae, dictionary, complete(provenance));
    return new TrainResult(true, step, tokens(), meter.seconds(), sae);
  }

  private void takeStep(ShuffledRows rows, StepMeter meter, MetricsFile metrics)
      throws IOException {
    rows.next(batch, config.batchRows());
    transform.apply(batch, source.width());
    Variant variant = sparsity.at(step);
    LossTerms loss = step(variant);
    if (!Double.isFinite(loss.total())) {
      throw new TrainingDivergedException(
          step + 1, divergence("the loss at step %d is %s".formatted(step + 1, loss.total())));
    }
    double learningRate = network.learningRate(step);
    sparsity.observe(loss.l0(), network.layer().parameters());
    step++;
    if (step == 1 || step % config.logEverySteps() == 0 || step == plan.steps()) {
      TrainMetrics measured =
          meter.measure(step, batch, loss, variant, network.deadShare(), learningRate);
      metrics.append(measured);
      listeners.forEach(listener -> listener.onMetrics(measured));
    }
    listeners.forEach(listener -> listener.onStep(step, plan.steps()));
  }

  private void resample() throws IOException {
    RowSample sample = RowSample.read(source, SAMPLE_ROWS);
    transform.apply(sample.values(), sample.width());
    int latents = LatentResampler.resample(network, sample, config.seed(), step);
    LOG.info("step {}: {} dead latents got new weights", step, latents);
  }

  private LossTerms step(Variant variant) {
    try {
      return network.step(batch, config.batchRows(), variant);
    } catch (NotFiniteException e) {
      throw new TrainingDivergedException(
          step + 1, divergence("step %d failed because %s".formatted(step + 1, e.getMessage())));
    }
  }

  private void writeCheckpoint(ShuffledRows.Position position, double seconds) throws IOException {
    Checkpoint.Progress progress =
        new Checkpoint.Progress(
            Checkpoint.VERSION,
            step,
            tokens(),
            position,
            transform.factor(),
            sparsity.state(),
            seconds,
            "");
    Path path =
        directory.write(progress, network.state(), transform.mean(), config.keepCheckpoints());
    checkpointed = step;
    listeners.forEach(listener -> listener.onCheckpoint(path));
  }

  private String divergence(String what) {
    for (float value : batch) {
      if (!Float.isFinite(value)) {
        return "%s: %s holds activations that are not finite".formatted(what, source.description());
      }
    }
    return "%s with a learning rate of %.2g: try a smaller one; %s"
        .formatted(
            what,
            network.learningRate(step),
            checkpointed == 0
                ? "there is no checkpoint yet"
                : "the last checkpoint is that of step " + checkpointed);
  }

  private long tokens() {
    return step * config.batchRows();
  }

  private Provenance complete(Provenance known) {
    return known.withTraining(
        source.rows(),
        tokens(),
        config.seed(),
        transform.factor(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }
}
