package io.github.sae4j.api;

import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.OnNonFinite;
import io.github.sae4j.train.StoppedRun;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainConfigBuilder;
import io.github.sae4j.train.TrainListener;
import io.github.sae4j.train.TrainMetrics;
import io.github.sae4j.train.TrainResult;
import io.github.sae4j.train.Trainer;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * The training of a sparse autoencoder, obtained from {@link Saes}: set the number of latents and
 * the variant, then run it.
 *
 * <pre>{@code
 * TrainedSae trained = Saes.train(rows).latents(8192).topK(32)
 *     .settings(s -> s.epochs(3).seed(7))
 *     .into(Path.of("runs/first"))
 *     .onMetrics(m -> log.info("step {}: FVU {}", m.step(), m.fvu()))
 *     .run();
 * }</pre>
 *
 * <p>Without {@link #into}, nothing is left on disk: the run is kept in the system's temporary
 * directory and deleted when it ends, unless the process is killed.
 *
 * <p>Not thread-safe, except that {@link #stop} may be called from any thread.
 */
public final class SaeTraining {
  /**
   * Number of steps in a pass over few rows, unless the batch is set: with fewer steps, the
   * dictionary would hardly learn.
   */
  private static final int STEPS_PER_EPOCH = 8;

  private final TrainingRows rows;
  private final List<Consumer<? super TrainConfigBuilder>> settings = new ArrayList<>();
  private final List<TrainListener> listeners = new ArrayList<>();
  private final AtomicBoolean running = new AtomicBoolean();
  private int latents;
  private IntFunction<? extends Variant> variant;
  private Path directory;
  private boolean overwrite;
  private boolean stopRequested; // guarded by this, like the next field
  private Trainer trainer;

  SaeTraining(TrainingRows rows) {
    this.rows = rows;
  }

  /**
   * Sets the number of latents, which is the width of the dictionary: often 4 to 32 times the width
   * of a row.
   */
  public SaeTraining latents(int count) {
    this.latents = count;
    return this;
  }

  /**
   * Encodes each row with its k largest latents and revives dead ones as in {@link TopK#withAuxK}.
   */
  public SaeTraining topK(int k) {
    this.variant = width -> TopK.withAuxK(k, width);
    return this;
  }

  /**
   * Sets the variant, which keeps codes sparse: any of the records in {@code
   * io.github.sae4j.variant}.
   */
  public SaeTraining variant(Variant value) {
    Objects.requireNonNull(value, "variant");
    this.variant = width -> value;
    return this;
  }

  /**
   * Changes other settings: epochs, batch, learning rate, seed and anything else in the builder.
   * Settings that are not changed keep the builder's defaults, except that a batch holds at most an
   * eighth of the rows. May be called several times.
   */
  public SaeTraining settings(Consumer<? super TrainConfigBuilder> change) {
    settings.add(Objects.requireNonNull(change, "settings"));
    return this;
  }

  /**
   * Sets a directory for the run: it receives the settings, metrics, checkpoints and the SAE, laid
   * out as by {@link Trainer} and {@code sae train}. A run in a directory can be resumed.
   */
  public SaeTraining into(Path runDirectory) {
    this.directory = Objects.requireNonNull(runDirectory, "directory");
    return this;
  }

  /** Lets {@link #run} replace an older run in the directory. */
  public SaeTraining overwrite() {
    this.overwrite = true;
    return this;
  }

  /**
   * Adds a callback for each logged step, called on the training thread. Every 50th step is logged
   * unless set otherwise.
   */
  public SaeTraining onMetrics(Consumer<? super TrainMetrics> consumer) {
    Objects.requireNonNull(consumer, "consumer");
    return listener(
        new TrainListener() {
          @Override
          public void onMetrics(TrainMetrics metrics) {
            consumer.accept(metrics);
          }
        });
  }

  /** Adds a listener for steps, metrics, checkpoints and more. */
  public SaeTraining listener(TrainListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /** Stops the training, as {@link #stop} does, at the first logged step that meets a condition. */
  public SaeTraining stopWhen(Predicate<? super TrainMetrics> condition) {
    Objects.requireNonNull(condition, "condition");
    return onMetrics(
        metrics -> {
          if (condition.test(metrics)) {
            stop();
          }
        });
  }

  /**
   * Stops the current run, or the next one if none is active: it finishes its step, writes a
   * checkpoint and returns the dictionary as it is. A run in a directory can be resumed. Any thread
   * may call this.
   */
  public synchronized void stop() {
    stopRequested = true;
    if (trainer != null) {
      trainer.requestStop();
    }
  }

  /**
   * Trains from the start.
   *
   * @throws IllegalArgumentException if settings are out of range or do not fit the rows, a row in
   *     memory or of an iterator is not finite, the directory holds a run that must not be
   *     overwritten, or there is too little memory
   * @throws IllegalStateException if the number of latents or the variant is not set, or this
   *     training run is already in progress
   * @throws CancellationException if it was stopped before its first step
   * @throws io.github.sae4j.train.TrainingDivergedException if the loss is no longer finite
   */
  public TrainedSae run() throws IOException {
    requireSet();
    if (directory == null) {
      return inTemporaryDirectory();
    }
    if (!overwrite) {
      Trainer.requireFree(directory);
    }
    return exclusively(() -> train(directory, false));
  }

  /**
   * Resumes the run in the directory from its newest checkpoint, or starts it if there is none. It
   * ends with the bits of a run that was never stopped. If the run is finished, only its dictionary
   * is read. The rows of an iterator are those that the run has kept.
   *
   * @throws IllegalArgumentException if the settings or the rows differ from the run's; the message
   *     says how
   * @throws IllegalStateException if no directory is set, and as in {@link #run}
   */
  public TrainedSae resume() throws IOException {
    requireSet();
    if (directory == null) {
      throw new IllegalStateException("only a run in a directory can be resumed: call into(…)");
    }
    boolean begun = Trainer.isRun(directory);
    if (!begun) {
      Trainer.requireFree(directory);
    }
    return exclusively(() -> train(directory, begun));
  }

  private void requireSet() {
    if (latents == 0) {
      throw new IllegalStateException("the number of latents is not set: call latents(…)");
    }
    if (variant == null) {
      throw new IllegalStateException("the variant is not set: call topK(…) or variant(…)");
    }
  }

  private TrainedSae inTemporaryDirectory() throws IOException {
    return exclusively(
        () -> {
          Path temporary = Files.createTempDirectory("sae4j-training");
          try {
            return train(temporary.resolve("run"), false);
          } finally {
            AtomicFiles.deleteTree(temporary);
          }
        });
  }

  /** Trains or resumes. */
  private interface Work {
    TrainedSae run() throws IOException;
  }

  private TrainedSae exclusively(Work work) throws IOException {
    if (!running.compareAndSet(false, true)) {
      throw new IllegalStateException("this training run is already in progress");
    }
    try {
      return work.run();
    } finally {
      synchronized (this) {
        stopRequested = false;
        trainer = null;
      }
      running.set(false);
    }
  }

  private TrainedSae train(Path run, boolean resumes) throws IOException {
    ActivationSource source = rows.opener().open(run, resumes);
    try {
      TrainConfig config = config(source);
      if (rows.given() && config.onNonfinite() == OnNonFinite.FAIL) {
        TrainingRows.requireFinite(source);
      }
      Trainer trainer = start(new Trainer(source, config, run).overwrite(overwrite));
      return trained(run, resumes ? trainer.resume() : trainer.train());
    } finally {
      if (rows.closed()) {
        source.close();
      }
    }
  }

  private TrainConfig config(ActivationSource source) {
    TrainConfigBuilder builder = TrainConfig.builder(latents, variant.apply(source.width()));
    long part = Math.max(1, source.rows() / STEPS_PER_EPOCH);
    builder.batch((int) Math.min(part, builder.build().batch()));
    if (directory == null) {
      builder.checkpointEvery(Integer.MAX_VALUE); // they would be deleted unread
    }
    settings.forEach(change -> change.accept(builder));
    return builder.build();
  }

  private synchronized Trainer start(Trainer made) {
    listeners.forEach(made::listener);
    trainer = made;
    if (stopRequested) {
      made.requestStop();
    }
    return made;
  }

  private static TrainedSae trained(Path run, TrainResult result) throws IOException {
    if (!result.completed() && result.steps() == 0) {
      throw new CancellationException("training was stopped before its first step");
    }
    StoredSae stored =
        result.completed() ? SaeDirectory.read(result.sae()) : StoppedRun.open(run).sae();
    return new TrainedSae(
        stored.sae(),
        stored.provenance(),
        result.completed(),
        result.steps(),
        result.tokens(),
        result.seconds());
  }
}
