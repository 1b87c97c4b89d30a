package io.github.sae4j.train;

import io.github.sae4j.Provenance;
import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * A real run of training for the benchmark, whose layer can be seen and which ends without a
 * checkpoint.
 */
public final class TrainerProbe {
  private final ActivationSource source;
  private final TrainRun run;
  private double loggedL0;

  private static final class Ended extends RuntimeException {
    Ended() {
      super("the benchmark has seen enough", null, false, false);
    }
  }

  /**
   * Prepares a run in a new directory.
   *
   * @param afterStep hears the number of each step when it is done; false ends the run
   */
  public TrainerProbe(
      ActivationSource source, TrainConfig config, Path directory, LongPredicate afterStep)
      throws IOException {
    TrainListener listener =
        new TrainListener() {
          @Override
          public void onMetrics(TrainMetrics metrics) {
            loggedL0 = metrics.l0();
          }

          @Override
          public void onStep(long step, long steps) {
            if (!afterStep.test(step)) {
              throw new Ended();
            }
          }
        };
    RunDirectory files = new RunDirectory(directory);
    files.requireFree();
    StartSample sample = new StartSample(source);
    TrainConfig settled = sample.settle(config).config();
    files.begin(RunDescription.of(settled, source, Provenance.UNKNOWN));
    this.source = source;
    run = new TrainRun(source, settled, files, Provenance.UNKNOWN, List.of(listener), null, sample);
  }

  /** The layer that is trained. */
  public SaeLayerRuntime layer() {
    return run.network().layer();
  }

  /** The L0 that was logged last; the first step is logged. */
  public double loggedL0() {
    return loggedL0;
  }

  /** Trains until {@code afterStep} ends it. */
  public void run() throws IOException {
    try (SharedStreamRuns pass = new SharedStreamRuns(source, List.of(run))) {
      pass.run(() -> false);
    } catch (Ended enough) {
      return;
    }
    throw new IllegalStateException("the run was too short for the benchmark");
  }
}
