package io.github.sae4j.train;

import io.github.sae4j.Provenance;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.format.DirectoryInUseException;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Trains several SAEs on the rows of a source, as many at a time as fit into memory: each batch of
 * one shuffled stream goes to all runs of a pass, so rows are read and shuffled once. Every run has
 * its own directory within the sweep's, with the files of {@link Trainer}, and ends with the same
 * bits as if trained alone.
 *
 * <p>Runs with the same {@link TrainConfig#orderSeed}, batch and shuffle buffer train together, so
 * runs with different seeds but equal order seeds differ only in their initial weights (and in the
 * inputs that resampled latents get).
 *
 * <pre>{@code
 * List<SweepRun> runs = IntStream.of(16, 32, 64)
 *     .mapToObj(k -> TrainConfig.builder(8192, TopK.withAuxK(k, source.width())).build())
 *     .map(SweepRun::of).toList();
 * new Sweep(source, runs, Path.of("runs/ks")).train();
 * }</pre>
 *
 * <p>Training uses one thread; {@link #requestStop} may be called from any.
 */
public final class Sweep {
  private final ActivationSource source;
  private final List<SweepRun> runs;
  private final Path directory;
  private final List<SweepListener> listeners = new ArrayList<>();
  private Provenance provenance;
  private boolean overwrite;
  private int together = Integer.MAX_VALUE;
  private MemoryLimits limits;
  private volatile boolean stopRequested;

  /**
   * Creates a sweep without reading or writing anything; the caller still owns the source.
   *
   * @throws IllegalArgumentException if there is no run, or two have the same name
   */
  public Sweep(ActivationSource source, List<SweepRun> runs, Path directory) {
    this.source = Objects.requireNonNull(source, "source");
    this.runs = List.copyOf(runs);
    this.directory = Objects.requireNonNull(directory, "directory");
    this.provenance = Provenance.of("", "", source.title());
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("a sweep needs at least one run");
    }
    Set<String> names = new HashSet<>();
    for (SweepRun run : runs) {
      if (!names.add(run.name())) {
        throw new IllegalArgumentException("the sweep has two runs named " + run.name());
      }
    }
  }

  /** Sets the origin of the rows, which is recorded in the finished files. */
  public Sweep provenance(Provenance provenance) {
    this.provenance = Objects.requireNonNull(provenance, "provenance");
    return this;
  }

  /** Adds a listener for progress. */
  public Sweep listener(SweepListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /** Sets whether {@link #train} may delete the files of older runs; default false. */
  public Sweep overwrite(boolean overwrite) {
    this.overwrite = overwrite;
    return this;
  }

  /** Sets the maximum number of runs trained together, even if more fit into memory. */
  public Sweep together(int runs) {
    TrainConfig.requireAtLeast("together", runs, 1);
    this.together = runs;
    return this;
  }

  /** Sets the available memory; by default that of this process. */
  public Sweep limits(MemoryLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /**
   * Returns which runs train together, if all are trained.
   *
   * @throws IllegalArgumentException if settings do not fit the source, or a run does not fit into
   *     memory
   */
  public List<SweepPass> passes() {
    return passes(runs);
  }

  private List<SweepPass> passes(List<SweepRun> some) {
    some.forEach(run -> TrainPlan.of(run.config(), source));
    return SweepPass.of(
        some,
        source.width(),
        source.rows(),
        limits == null ? MemoryLimits.ofThisProcess() : limits,
        together);
  }

  /**
   * Trains from the start.
   *
   * @throws IllegalArgumentException if settings do not fit the source, or a directory holds a run
   *     that must not be overwritten, or there is too little memory for a run
   * @throws DirectoryInUseException if another process writes into the directory or into a run's
   */
  public SweepResult train() throws IOException {
    List<SweepPass> passes = passes();
    try (SweepLocks locks = SweepLocks.acquire(directory, runs)) {
      if (!overwrite) {
        for (SweepRun run : runs) {
          directory(run).requireFree();
        }
      }
      begin(runs);
      try {
        return run(passes, new HashMap<>());
      } catch (IOException | RuntimeException | LinkageError e) {
        for (SweepRun run : runs) {
          directory(run).withdrawAfter(e);
        }
        throw e;
      }
    }
  }

  /**
   * Continues from the newest checkpoints; finished runs are kept, new ones start. A run that
   * diverged is tried again.
   *
   * @throws IllegalArgumentException if the settings or the source differ from a run's in anything
   *     that affects its result (the message names the differences), or if there is too little
   *     memory
   * @throws DirectoryInUseException if another process writes into the directory or into a run's
   */
  public SweepResult resume() throws IOException {
    try (SweepLocks locks = SweepLocks.acquire(directory, runs)) {
      return resumeLocked();
    }
  }

  private SweepResult resumeLocked() throws IOException {
    Map<String, SweepOutcome> outcomes = new HashMap<>();
    List<SweepRun> left = new ArrayList<>();
    for (SweepRun run : runs) {
      RunDirectory files = directory(run);
      if (files.isBegun()) {
        files.requireSame(run.config(), source);
      }
      if (files.isBegun() && files.isFinished()) {
        TrainResult result = TrainRun.finished(run.config(), source, files);
        outcomes.put(run.name(), new SweepOutcome(run, result, Optional.empty()));
      } else {
        left.add(run);
      }
    }
    List<SweepPass> passes = passes(left);
    begin(left.stream().filter(run -> !directory(run).isBegun()).toList());
    return run(passes, outcomes);
  }

  /**
   * Requests a stop: the current steps are finished, checkpoints are written and a result is
   * returned.
   */
  public void requestStop() {
    stopRequested = true;
  }

  private RunDirectory directory(SweepRun run) {
    return new RunDirectory(directory.resolve(run.name()));
  }

  private void begin(List<SweepRun> some) throws IOException {
    StartSample sample = new StartSample(source);
    for (SweepRun run : some) {
      StartSample.Settled settled = sample.settle(run.config());
      TrainConfig config = settled.config();
      directory(run).begin(RunDescription.of(config, source, provenance));
      listeners.forEach(
          listener -> listener.onInputs(run, config.normaliseInputs(), settled.distance()));
    }
  }

  private SweepResult run(List<SweepPass> passes, Map<String, SweepOutcome> outcomes)
      throws IOException {
    listeners.forEach(listener -> listener.onStart(passes));
    for (SweepPass pass : passes) {
      if (!stopRequested) {
        for (SweepOutcome outcome : run(pass)) {
          outcomes.put(outcome.run().name(), outcome);
          listeners.forEach(listener -> listener.onEnd(outcome));
        }
      }
    }
    List<SweepOutcome> inOrder =
        runs.stream().map(run -> outcomes.get(run.name())).filter(Objects::nonNull).toList();
    boolean completed =
        inOrder.size() == runs.size()
            && inOrder.stream().allMatch(o -> o.result().completed() || o.divergence().isPresent());
    return new SweepResult(completed, inOrder);
  }

  /**
   * Returns the runs of a pass at their current steps, and releases the sample that they start
   * with.
   */
  private List<TrainRun> ready(SweepPass planned) throws IOException {
    List<TrainRun> ready = new ArrayList<>();
    StartSample sample = new StartSample(source);
    try {
      for (SweepRun run : planned.runs()) {
        RunDirectory files = directory(run);
        RunDescription begun = files.description();
        ready.add(
            new TrainRun(
                source,
                onItsDevice(run.config().settledAs(begun.config()), ready.size()),
                files,
                begun.provenance(),
                List.of(hearing(run)),
                files.newestCheckpoint(reason -> {}).orElse(null),
                sample));
      }
    } catch (IOException | RuntimeException | Error e) {
      for (TrainRun run : ready) {
        try {
          run.close();
        } catch (IOException | RuntimeException second) {
          e.addSuppressed(second);
        }
      }
      throw e;
    }
    return ready;
  }

  private static TrainConfig onItsDevice(TrainConfig config, int index) {
    return config.on(DeviceEngines.spread(config.device(), index));
  }

  private List<SweepOutcome> run(SweepPass planned) throws IOException {
    List<TrainRun> trained = ready(planned);
    long done = trained.stream().mapToLong(TrainRun::step).sum();
    long all = trained.stream().mapToLong(TrainRun::steps).sum();
    listeners.forEach(listener -> listener.onPass(planned, done, all));
    try (SharedStreamRuns pass = new SharedStreamRuns(source, trained)) {
      pass.run(() -> stopRequested);
      List<SweepOutcome> outcomes = new ArrayList<>();
      for (int i = 0; i < trained.size(); i++) {
        TrainRun run = trained.get(i);
        Optional<String> divergence =
            Optional.ofNullable(pass.diverged().get(run)).map(Throwable::getMessage);
        outcomes.add(new SweepOutcome(planned.runs().get(i), run.result(), divergence));
      }
      return outcomes;
    }
  }

  /** Returns a listener that forwards a run's events to the sweep's listeners. */
  private TrainListener hearing(SweepRun run) {
    return new TrainListener() {
      @Override
      public void onStep(long step, long steps) {
        listeners.forEach(listener -> listener.onStep(run, step, steps));
      }

      @Override
      public void onEarlyEnd(String reason) {
        listeners.forEach(listener -> listener.onEarlyEnd(run, reason));
      }

      @Override
      public void onMetrics(TrainMetrics metrics) {
        listeners.forEach(listener -> listener.onMetrics(run, metrics));
      }
    };
  }
}
