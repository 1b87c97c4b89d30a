package io.github.sae4j.cli;

import io.github.sae4j.train.InputNormalisation;
import io.github.sae4j.train.MemoryPlan;
import io.github.sae4j.train.TrainListener;
import io.github.sae4j.train.TrainMetrics;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the progress of training; every line of metrics goes to the log. */
final class TrainingDisplay implements TrainListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrainingDisplay.class);

  private final Console console;
  private final TrainingOutline outline;
  private final int batchRows;
  private final String unit;
  private Progress progress;
  private String metrics = "";
  private long skipped;

  /**
   * @param unit what rows are called, in the plural
   */
  TrainingDisplay(Console console, TrainingOutline outline, String unit) {
    this.console = console;
    this.outline = outline;
    this.unit = unit;
    this.batchRows = outline.config().batch();
  }

  @Override
  public void onStart(MemoryPlan memory) {
    console.note(outline.line());
    console.note("memory: " + memory);
    LOG.info("{}", outline.line());
    LOG.info("memory: {}", memory);
  }

  @Override
  public void onInputs(InputNormalisation done, double distance) {
    LOG.info("inputs: {}; distance from zero: {}", done, distance);
    aboutInputs(done, distance).ifPresent(console::note);
  }

  /** Returns a note on rows that are far from zero. */
  static Optional<String> aboutInputs(InputNormalisation done, double distance) {
    String where =
        String.format(Locale.ROOT, "rows are far from zero (%.3g times their spread)", distance);
    if (done.suffersFrom(distance)) {
      return Optional.of(
          "warning: "
              + where
              + ", so most latents may die; --normalise-inputs centre-unit prevents that");
    }
    return done.tookMeanFor(distance)
        ? Optional.of(
            where + ": their mean is subtracted in training (--normalise-inputs centre-unit)")
        : Optional.empty();
  }

  @Override
  public void onStep(long step, long steps) {
    if (progress == null) {
      progress = Progress.start(console, "train", unit, (step - 1) * batchRows, steps * batchRows);
    }
    progress.update(step * batchRows, metrics);
  }

  @Override
  public void onMetrics(TrainMetrics m) {
    metrics = line(m);
    LOG.info("step {}: {}", m.step(), metrics);
  }

  @Override
  public void onSkippedRows(long rows, String first) {
    if (skipped == 0) {
      console.note("skipping rows that are not finite: " + first);
    }
    LOG.warn("{} rows that are not finite skipped so far", rows);
    skipped = rows;
  }

  @Override
  public void onDamagedCheckpoint(String reason) {
    console.note("skipping a damaged checkpoint: " + reason);
  }

  @Override
  public void onEarlyEnd(String reason) {
    console.note("ending early: " + reason);
    LOG.info("ending early: {}", reason);
  }

  /** Ends the display. */
  @Override
  public void close() {
    if (skipped > 0) {
      console.note(Words.count(skipped) + " rows that are not finite were skipped");
      skipped = 0;
    }
    if (progress != null) {
      progress.close();
    }
  }

  static String line(TrainMetrics m) {
    return String.format(
        Locale.ROOT,
        "FVU %.3f EV %.3f L0 %.1f dead %.1f%% loss %.3g",
        m.fvu(),
        m.explainedVariance(),
        m.l0(),
        100 * m.deadFraction(),
        m.loss());
  }
}
