package io.github.sae4j.train;

import io.github.sae4j.Provenance;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ShuffledRows;
import io.github.sae4j.store.SourcePart;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Variant;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run from its current step to its end: a network, its schedules, metrics and checkpoints. {@link
 * SharedStreamRuns} provides the batches.
 */
final class TrainRun implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainRun.class);

  /** Number of rows on which the finished SAE's activations are counted. */
  private static final int L0_ROWS = 1 << 12;

  private final ActivationSource source;
  private final TrainConfig config;
  private final TrainPlan plan;
  private final RunDirectory directory;
  private final Provenance provenance;
  private final List<TrainListener> listeners;
  private final TrainingNetwork network;
  private final SparsitySchedule sparsity;
  private final FvuPlateau plateau;
  private final RowParts parts;
  private final RowTransform transform;
  private final ShuffledRows.Position start;
  private final double secondsBefore;
  private StepMeter meter;
  private MetricsFile metrics;
  private long step;
  private long checkpointed;
  private LossTerms unchecked; // of the last step, if it was still being computed; else null
  private TrainResult result; // null until the run ends or is left
  private boolean closed;

  /**
   * Creates a run that starts, or continues from a checkpoint.
   *
   * @param provenance what is known about the rows
   * @param checkpointOrNull the checkpoint; null to start from the beginning
   * @param sampleOrNull sample to start with; null if there is a checkpoint
   */
  TrainRun(
      ActivationSource source,
      TrainConfig config,
      RunDirectory directory,
      Provenance provenance,
      List<TrainListener> listeners,
      Checkpoint checkpointOrNull,
      StartSample sampleOrNull)
      throws IOException {
    this.source = source;
    this.config = config;
    this.plan = TrainPlan.of(config, source);
    this.directory = directory;
    this.provenance = provenance;
    this.listeners = listeners;
    this.sparsity = new SparsitySchedule(config, plan);
    this.plateau = new FvuPlateau(config, plan);
    this.parts = config.task().parts(source);
    this.network = TrainingNetwork.open(config, plan, parts);
    try {
      RowTransform.Kind kind = new RowTransform.Kind(config.normaliseInputs(), parts);
      if (checkpointOrNull == null) {
        StartSample.Transformed begin = sampleOrNull.transformed(kind, config.onNonfinite());
        this.transform = begin.transform();
        network.initialise(begin.rows(), config.initialWeights(), config.seed());
        this.start = ShuffledRows.Position.START;
        this.secondsBefore = 0;
      } else {
        Checkpoint.Progress progress = checkpointOrNull.progress();
        this.transform =
            RowTransform.of(kind, progress.inputScales(), checkpointOrNull.inputMean());
        sparsity.restore(progress.sparsity());
        network.goOnAfter(progress.step());
        checkpointOrNull.restore(network.state());
        this.start = progress.position();
        this.secondsBefore = progress.seconds();
        this.step = progress.step();
        this.checkpointed = step;
      }
    } catch (IOException | RuntimeException | Error e) {
      network.closeAfter(e);
      throw e;
    }
  }

  /** Returns the result of a run that ended in an earlier session. */
  static TrainResult finished(TrainConfig config, ActivationSource source, RunDirectory directory)
      throws IOException {
    long steps = TrainPlan.of(config, source).steps();
    double seconds = 0;
    for (MetricsFile.Line line : MetricsFile.read(directory.metrics())) {
      steps = line.step(); // fewer than planned if it ended early
      seconds = line.seconds();
    }
    return new TrainResult(
        true,
        steps,
        steps * config.batch(),
        seconds,
        directory.sae(),
        config.wantedL0(),
        Double.NaN);
  }

  /** Returns the trained network, for the benchmark. */
  TrainingNetwork network() {
    return network;
  }

  TrainConfig config() {
    return config;
  }

  /** Returns the transform of the rows of a batch. */
  RowTransform transform() {
    return transform;
  }

  /** Returns the steps completed. */
  long step() {
    return step;
  }

  /** Returns the steps of the whole run. */
  long steps() {
    return plan.steps();
  }

  /** Returns the position of the run's next batch, before the first step of this session. */
  ShuffledRows.Position start() {
    return start;
  }

  boolean isOver() {
    return result != null;
  }

  /** Returns how the run ended, or how far it got before it was left. */
  TrainResult result() {
    if (result == null) {
      throw new IllegalStateException("the run has not ended: step " + step);
    }
    return result;
  }

  /** Starts the clock and opens the metrics; ends a run that has no steps left. */
  void open() throws IOException {
    meter = new StepMeter(plan, config.batch(), source.rows(), step, secondsBefore);
    metrics = MetricsFile.openAfter(directory.metrics(), step);
    if (plateau.enabled()) {
      for (MetricsFile.Line line : MetricsFile.read(directory.metrics())) {
        plateau.after(line.tokens(), line.fvu());
      }
    }
    if (step == plan.steps()) {
      finish();
    }
  }

  /** Ends a run at its checkpoint, with the SAE of that step. */
  void endHere() throws IOException {
    open();
    if (!isOver()) {
      finish(network.finish(config.variant()), Double.NaN);
    }
  }

  /**
   * Trains on a batch.
   *
   * @param batch {@code [batchRows, width]}, transformed
   * @param after position of the following batch
   * @throws TrainingDivergedException if the loss is no longer finite
   */
  void takeStep(float[] batch, ShuffledRows.Position after) throws IOException {
    Variant variant = sparsity.at(step);
    double learningRate = network.learningRate(step);
    LossTerms loss = step(batch, variant);
    requireFinite(unchecked, step, batch); // of the step before, computed while this one was asked
    unchecked = loss;
    step++;
    if (loss.areThere()) {
      requireFinite(loss, step, batch);
    }
    sparsity.observe(loss, network::weights);
    Optional<String> early = config.stopping().afterSeconds(meter.seconds());
    if (step == 1 || step % config.logEvery() == 0 || step == plan.steps() || early.isPresent()) {
      requireFinite(unchecked, step, batch);
      TrainMetrics measured =
          meter.measure(
              step, parts.targets(batch), loss, variant, network.deadFraction(), learningRate);
      metrics.append(measured);
      listeners.forEach(listener -> listener.onMetrics(measured));
      early = early.or(() -> plateau.after(tokens(), measured.fvu()));
    }
    listeners.forEach(listener -> listener.onStep(step, plan.steps()));
    if (step < plan.steps() && early.isPresent()) {
      String why = early.get();
      listeners.forEach(listener -> listener.onEarlyEnd(why));
      finish();
      return;
    }
    if (step < plan.steps() && config.resampling().isDueAfter(step)) {
      resample();
    }
    if (step == plan.steps()) {
      requireFiniteWeights(batch);
      finish();
    } else if (step % config.checkpointEvery() == 0) {
      requireFiniteWeights(batch);
      writeCheckpoint(after);
    }
  }

  /**
   * Throws if a loss is not finite; waits for it.
   *
   * @param lossOrNull null for none
   * @param number the step's number, from 1
   */
  private void requireFinite(LossTerms lossOrNull, long number, float[] batch) {
    if (lossOrNull == null) {
      return;
    }
    double total;
    try {
      total = lossOrNull.total();
    } catch (NotFiniteException e) {
      throw diverged(batch, number, "step %d failed because %s".formatted(number, e.getMessage()));
    }
    if (!Double.isFinite(total)) {
      throw diverged(batch, number, "the loss at step %d is %s".formatted(number, total));
    }
    unchecked = null;
  }

  /** Reports that rows were skipped. */
  void skippedRows(long rows, String first) {
    listeners.forEach(listener -> listener.onSkippedRows(rows, first));
  }

  /** Stops before the end, after writing a checkpoint to resume from. */
  void leave(ShuffledRows.Position position) throws IOException {
    if (step > checkpointed && network.isFinite()) {
      writeCheckpoint(position);
    }
    giveUp();
  }

  /** Ends without a checkpoint, since the run cannot continue. */
  void giveUp() {
    result = result(null, Double.NaN);
  }

  private TrainResult result(Path sae, double l0) {
    return new TrainResult(
        sae != null, step, tokens(), meter.seconds(), sae, config.wantedL0(), l0);
  }

  private void finish() throws IOException {
    SparseAutoencoder trained = network.finish(config.variant());
    finish(trained, config.wantedL0() > 0 ? network.l0(sample(L0_ROWS)) : Double.NaN);
  }

  /**
   * @param trained the SAE, in the memory of the network, which takes no more steps
   * @param l0 measured L0; NaN if not measured
   */
  private void finish(SparseAutoencoder trained, double l0) throws IOException {
    Path sae = directory.sae();
    SaeDirectory.write(sae, transform.fold(trained), completed());
    result = result(sae, l0);
  }

  /** Returns rows from the entire source, as seen by the network. */
  private RowSample sample(int rows) throws IOException {
    RowSample sample = RowSample.read(source, rows, config.onNonfinite());
    transform.apply(sample.values());
    return sample;
  }

  /** Checks the weights, since a loss can be finite although its gradient was not. */
  private void requireFiniteWeights(float[] batch) {
    requireFinite(unchecked, step, batch);
    if (!network.isFinite()) {
      throw diverged(batch, step, "step %d made weights non-finite".formatted(step));
    }
  }

  /** Returns the SAE, in the memory of the network, which takes no more steps. */
  StoredSae folded() {
    return new StoredSae(transform.fold(network.finish(config.variant())), completed());
  }

  private void resample() throws IOException {
    RowSample sample = sample(StartSample.ROWS);
    int latents = config.resampling().apply(network, sample, config.seed(), step);
    LOG.info("step {}: {} latents got new weights", step, latents);
  }

  private LossTerms step(float[] batch, Variant variant) {
    try {
      return network.step(batch, config.batch(), variant);
    } catch (NotFiniteException e) {
      throw diverged(
          batch, step + 1, "step %d failed because %s".formatted(step + 1, e.getMessage()));
    }
  }

  private void writeCheckpoint(ShuffledRows.Position position) throws IOException {
    Checkpoint.Progress progress =
        new Checkpoint.Progress(
            Checkpoint.VERSION,
            step,
            tokens(),
            position,
            transform.factors(),
            sparsity.state(),
            meter.seconds(),
            "");
    Path path =
        directory.write(progress, network.state(), transform.mean(), config.keepCheckpoints());
    checkpointed = step;
    listeners.forEach(listener -> listener.onCheckpoint(path));
  }

  private TrainingDivergedException diverged(float[] batch, long number, String what) {
    for (float value : batch) {
      if (!Float.isFinite(value)) {
        return new TrainingDivergedException(
            number,
            "%s: %s contains activations that are not finite"
                .formatted(what, source.description()));
      }
    }
    return new TrainingDivergedException(
        number,
        "%s with a learning rate of %.2g: try a smaller one; %s"
            .formatted(
                what,
                network.learningRate(number - 1),
                checkpointed == 0
                    ? "there is no checkpoint yet"
                    : "the last checkpoint is from step " + checkpointed));
  }

  private long tokens() {
    return step * config.batch();
  }

  private Provenance completed() {
    List<Double> scales = transform.factors();
    List<Provenance.Part> named = new ArrayList<>();
    for (int part = 0; part < scales.size() && scales.size() > 1; part++) {
      SourcePart place = source.parts().get(part);
      named.add(new Provenance.Part(place.name(), place.width(), scales.get(part)));
    }
    return provenance.withTraining(
        source.rows(),
        tokens(),
        config.seed(),
        scales.get(0),
        named,
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** Closes the metrics and frees the network. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    network.close();
    if (metrics != null) {
      metrics.close();
    }
  }
}
