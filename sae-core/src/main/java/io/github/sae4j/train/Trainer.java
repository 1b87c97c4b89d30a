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
 * Trains a sparse autoencoder on the rows of a source and leaves it in a run directory:
 *
 * <pre>
 * config.json            the settings
 * metrics.jsonl          a {@link TrainMetrics} a line
 * checkpoints/step-…     the newest ones; a resumed run ends bit for bit as an undisturbed one
 * sae/                   at the end, the SAE, for activations as they are (input scale folded in)
 * </pre>
 *
 * <pre>{@code
 * TrainConfig config = TrainConfig.builder(8192, TopK.withAuxK(32, source.width())).build();
 * TrainResult result = new Trainer(source, config, Path.of("runs/first")).train();
 * }</pre>
 *
 * <p>One thread trains; {@link #requestStop} may come from any.
 */
public final class Trainer {
  private final ActivationSource source;
  private final TrainConfig config;
  private final RunDirectory directory;
  private final List<TrainListener> listeners = new ArrayList<>();
  private Provenance provenance;
  private boolean overwrite;
  private volatile boolean stopRequested;

  /** Nothing is read or written yet; the source stays its owner's to close. */
  public Trainer(ActivationSource source, TrainConfig config, Path runDirectory) {
    this.source = Objects.requireNonNull(source, "source");
    this.config = Objects.requireNonNull(config, "config");
    this.directory = new RunDirectory(runDirectory);
    this.provenance = Provenance.of("", "", source.title());
  }

  /** Where the rows come from, for the finished file. */
  public Trainer provenance(Provenance provenance) {
    this.provenance = Objects.requireNonNull(provenance, "provenance");
    return this;
  }

  /** Adds a listener for progress. */
  public Trainer listener(TrainListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /** Whether {@link #train} may delete the files of an older run in the directory; default no. */
  public Trainer overwrite(boolean overwrite) {
    this.overwrite = overwrite;
    return this;
  }

  /**
   * The settings of the run in a directory.
   *
   * @throws NoSuchFileException if there is none
   */
  public static TrainConfig savedConfig(Path runDirectory) throws IOException {
    return new RunDirectory(runDirectory).description().config();
  }

  /**
   * The settings that a run is resumed with where only some are given.
   *
   * @param given settings of which only some were named
   * @param options the names of those on the command line, such as {@code --seed}
   * @return the run's own, with those given that do not change its result
   * @throws IllegalArgumentException if an option that decides the result is not as in the run;
   *     names all such options
   */
  public static TrainConfig resumedConfig(Path runDirectory, TrainConfig given, Set<String> options)
      throws IOException {
    return new RunDirectory(runDirectory).description().resumedWith(given, options);
  }

  /** Whether a directory holds a run, finished or not. */
  public static boolean isRun(Path runDirectory) throws IOException {
    RunDirectory directory = new RunDirectory(runDirectory);
    return directory.isBegun() && RunJson.isDescription(directory.config());
  }

  /**
   * Refuses a directory that holds a run with anything to lose, as {@link #train} does.
   *
   * @throws IllegalArgumentException if it does, or holds files of a run's names that are not one's
   */
  public static void requireFree(Path runDirectory) throws IOException {
    new RunDirectory(runDirectory).requireFree();
  }

  /**
   * Deletes the files of the run in a directory, and that unless it holds others; does nothing
   * where there is no run.
   *
   * @throws IllegalArgumentException if files of a run's names are of something else
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
      } catch (IOException | RuntimeException e) {
        directory.withdrawAfter(e);
        throw e;
      }
    }
  }

  /**
   * Continues from the newest checkpoint that can be read, or from the start where there is none.
   * Where the run is finished already, nothing is done.
   *
   * @throws NoSuchFileException if the directory holds no run
   * @throws IllegalArgumentException if the settings or the source differ from the run's in
   *     anything that decides its result, names what differs; or if there is too little memory
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

  /** Asks to stop: the step under way is finished, a checkpoint written and a result returned. */
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
