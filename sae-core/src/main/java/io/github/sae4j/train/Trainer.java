package io.github.sae4j.train;

import io.github.sae4j.Provenance;
import io.github.sae4j.format.DirectoryInUseException;
import io.github.sae4j.format.DirectoryLock;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Trains a sparse autoencoder on the rows of a source and writes it to a run directory:
 *
 * <pre>
 * config.json            the settings
 * metrics.jsonl          one {@link TrainMetrics} per line
 * checkpoints/step-…     the newest ones; a resumed run ends with the same bits as an uninterrupted one
 * sae/                   at the end, the SAE for untransformed activations (input scale folded in)
 * </pre>
 *
 * <pre>{@code
 * TrainConfig config = TrainConfig.builder(8192, TopK.withAuxK(32, source.width())).build();
 * TrainResult result = new Trainer(source, config, Path.of("runs/first")).train();
 * }</pre>
 *
 * <p>Training uses one thread; {@link #requestStop} may be called from any.
 */
public final class Trainer {
  private final ActivationSource source;
  private final TrainConfig config;
  private final RunDirectory directory;
  private final List<TrainListener> listeners = new ArrayList<>();
  private Provenance provenance;
  private boolean overwrite;
  private volatile boolean stopRequested;

  /** Creates a trainer without reading or writing anything; the caller still owns the source. */
  public Trainer(ActivationSource source, TrainConfig config, Path runDirectory) {
    this.source = Objects.requireNonNull(source, "source");
    this.config = Objects.requireNonNull(config, "config");
    this.directory = new RunDirectory(runDirectory);
    this.provenance = Provenance.of("", "", source.title());
  }

  /** Sets the origin of the rows, which is recorded in the finished file. */
  public Trainer provenance(Provenance provenance) {
    this.provenance = Objects.requireNonNull(provenance, "provenance");
    return this;
  }

  /** Adds a listener for progress. */
  public Trainer listener(TrainListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * Sets whether {@link #train} may delete the files of an older run in the directory; default
   * false.
   */
  public Trainer overwrite(boolean overwrite) {
    this.overwrite = overwrite;
    return this;
  }

  /**
   * Returns the settings of the run in a directory.
   *
   * @throws NoSuchFileException if there is none
   */
  public static TrainConfig savedConfig(Path runDirectory) throws IOException {
    return new RunDirectory(runDirectory).description().config();
  }

  /**
   * Returns the settings to resume a run with if only some are given.
   *
   * @param given new settings, only some of which were set explicitly
   * @param options the options of the given settings on the command line, such as {@code --seed}
   * @return the run's own settings, updated with the given ones that do not affect its result
   * @throws IllegalArgumentException if an option that affects the result differs from the run's;
   *     the message names all such options
   */
  public static TrainConfig resumedConfig(Path runDirectory, TrainConfig given, Set<String> options)
      throws IOException {
    return new RunDirectory(runDirectory).description().resumedWith(given, options);
  }

  /** Returns whether a directory contains a run, finished or not. */
  public static boolean isRun(Path runDirectory) throws IOException {
    RunDirectory directory = new RunDirectory(runDirectory);
    return directory.isBegun() && RunJson.isDescription(directory.config());
  }

  /**
   * Rejects a directory with a run that has an SAE or a checkpoint, as {@link #train} does.
   *
   * @throws IllegalArgumentException if there is such a run, or files named like a run's that do
   *     not belong to one
   */
  public static void requireFree(Path runDirectory) throws IOException {
    new RunDirectory(runDirectory).requireFree();
  }

  /**
   * Deletes the files of the run in a directory, and the directory unless it contains other files;
   * does nothing if there is no run.
   *
   * @throws IllegalArgumentException if files named like a run's do not belong to one
   */
  public static void delete(Path runDirectory) throws IOException {
    new RunDirectory(runDirectory).delete();
  }

  /**
   * Trains from the start.
   *
   * @throws IllegalArgumentException if the settings do not fit the source, or the directory holds
   *     a run that must not be overwritten, or there is too little memory
   * @throws DirectoryInUseException if another process writes into the directory
   * @throws TrainingDivergedException if the loss is no longer finite
   */
  public TrainResult train() throws IOException {
    MemoryPlan memory = requireMemory();
    try (DirectoryLock lock = directory.lock()) {
      if (!overwrite) {
        directory.requireFree();
      }
      StartSample sample = new StartSample(source);
      StartSample.Settled settled = sample.settle(config);
      directory.begin(RunDescription.of(settled.config(), source, provenance));
      listeners.forEach(
          listener -> listener.onInputs(settled.config().normaliseInputs(), settled.distance()));
      try {
        return run(settled.config(), memory, null, sample);
      } catch (IOException | RuntimeException | LinkageError e) {
        directory.withdrawAfter(e);
        throw e;
      }
    }
  }

  /**
   * Continues from the newest readable checkpoint, or from the start if there is none. Does nothing
   * if the run is already finished.
   *
   * @throws NoSuchFileException if the directory holds no run
   * @throws IllegalArgumentException if the settings or the source differ from the run's in
   *     anything that affects its result (the message names the differences), or if there is too
   *     little memory
   * @throws DirectoryInUseException if another process writes into the directory
   * @throws TrainingDivergedException if the loss is no longer finite
   */
  public TrainResult resume() throws IOException {
    try (DirectoryLock lock = directory.lock()) {
      RunDescription begun = directory.requireSame(config, source);
      provenance = begun.provenance();
      if (directory.isFinished()) {
        return TrainRun.finished(config, source, directory);
      }
      return run(
          config.settledAs(begun.config()),
          requireMemory(),
          directory.newestCheckpoint(this::damaged).orElse(null),
          new StartSample(source));
    }
  }

  /**
   * Requests a stop: the current step is finished, a checkpoint is written and a result is
   * returned.
   */
  public void requestStop() {
    stopRequested = true;
  }

  private void damaged(String reason) {
    listeners.forEach(listener -> listener.onDamagedCheckpoint(reason));
  }

  private MemoryPlan requireMemory() {
    MemoryPlan memory = MemoryPlan.of(config, source);
    memory.requireFits(MemoryLimits.ofThisProcess());
    return memory;
  }

  private TrainResult run(
      TrainConfig settled, MemoryPlan memory, Checkpoint checkpoint, StartSample sample)
      throws IOException {
    listeners.forEach(listener -> listener.onStart(memory));
    TrainRun run =
        new TrainRun(
            source, settled, directory, provenance, List.copyOf(listeners), checkpoint, sample);
    try (SharedStreamRuns pass = new SharedStreamRuns(source, List.of(run))) {
      pass.run(() -> stopRequested);
      if (pass.diverged().containsKey(run)) {
        throw pass.diverged().get(run);
      }
      return run.result();
    }
  }
}
