package io.github.sae4j.train;

import io.github.sae4j.Provenance;
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
 * Trains several SAEs on the rows of a source, as many at a time as memory has room for: each batch
 * of one shuffled stream goes to all runs of a pass, so rows are read and shuffled once. Every run
 * has a directory of its own within the sweep's, just as {@link Trainer} leaves it, and ends bit
 * for bit as it would have by itself.
 *
 * <p>Runs go together that agree in {@link TrainConfig#orderSeed}, batch and shuffle buffer; so
 * runs of different seeds, but one order seed, differ in their first weights alone (and in which
 * inputs resampled latents get).
 *
 * <pre>{@code
 * List<SweepRun> runs = IntStream.of(16, 32, 64)
 *     .mapToObj(k -> TrainConfig.builder(8192, TopK.withAuxK(k, source.width())).build())
 *     .map(SweepRun::of).toList();
 * new Sweep(source, runs, Path.of("runs/ks")).train();
 * }</pre>
 *
 * <p>One thread trains; {@link #requestStop} may come from any.
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
   * Nothing is read or written yet; the source stays its owner's to close.
   *
   * @throws IllegalArgumentException if there is no run, or two have one name
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
        throw new IllegalArgumentException("the sweep has two runs of the name " + run.name());
      }
    }
  }

  /** Where the rows come from, for the finished files. */
  public Sweep provenance(Provenance provenance) {
    this.provenance = Objects.requireNonNull(provenance, "provenance");
    return this;
  }

  /** Adds a listener for progress. */
  public Sweep listener(SweepListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /** Whether {@link #train} may delete the files of older runs; default no. */
  public Sweep overwrite(boolean overwrite) {
    this.overwrite = overwrite;
    return this;
  }

  /** The most runs that may go together, where memory has room for more. */
  public Sweep together(int runs) {
    TrainConfig.requireAtLeast("together", runs, 1);
    this.together = runs;
    return this;
  }

  /** The memory that there is; by default that of this process. */
  public Sweep limits(MemoryLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /**
   * Which runs go together, if all are trained.
   *
   * @throws IllegalArgumentException if settings do not fit the source, or there is too little
   *     memory for a run
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
      } catch (IOException | RuntimeException e) {
        for (SweepRun run : runs) {
          directory(run).withdrawAfter(e);
        }
        throw e;
      }
    }
  }

  /**
   * Continues from the newest checkpoints; runs that are finished stay as they are, those that the
   * directory does not hold yet begin. A run that diverged is tried again.
   *
   * @throws IllegalArgumentException if the settings or the source differ from a run's in anything
   *     that decides its result, names what differs; or if there is too little memory
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

  /** Asks to stop: the steps under way are finished, checkpoints written and a result returned. */
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

  /** The runs of a pass, as far as they were; the sample that they begin with is let go of. */
  private List<TrainRun> ready(SweepPass planned) throws IOException {
    List<TrainRun> ready = new ArrayList<>();
    StartSample sample = new StartSample(source);
    for (SweepRun run : planned.runs()) {
      RunDirectory files = directory(run);
      RunDescription begun = files.description();
      ready.add(
          new TrainRun(
              source,
              run.config().settledAs(begun.config()),
              files,
              begun.provenance(),
              List.of(hearing(run)),
              files.newestCheckpoint(reason -> {}).orElse(null),
              sample));
    }
    return ready;
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

  /** Passes on what a run says, to those who hear of the sweep. */
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
