package io.github.sae4j.cli;

import io.github.sae4j.engine.Device;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.train.InputNormalisation;
import io.github.sae4j.train.SweepListener;
import io.github.sae4j.train.SweepOutcome;
import io.github.sae4j.train.SweepPass;
import io.github.sae4j.train.SweepRun;
import io.github.sae4j.train.TrainMetrics;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows a sweep's progress, in rows trained on; every line of metrics goes to the log. */
final class SweepDisplay implements SweepListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SweepDisplay.class);

  private final Console console;
  private final Set<String> said = new HashSet<>();
  private int passes;
  private int pass;
  private Progress progress;
  private long rows;
  private String metrics = "";

  SweepDisplay(Console console) {
    this.console = console;
  }

  @Override
  public void onStart(List<SweepPass> planned) {
    passes = planned.size();
  }

  @Override
  public void onInputs(SweepRun run, InputNormalisation done, double distance) {
    TrainingDisplay.aboutInputs(done, distance)
        .filter(said::add) // once, not for every run
        .ifPresent(console::note);
  }

  @Override
  public void onPass(SweepPass started, long stepsDone, long steps) {
    close();
    pass++;
    String line =
        String.format(
            Locale.ROOT,
            "pass %d of %d: %s; memory: %s",
            pass,
            passes,
            Words.runs(started.runs().size()),
            started.memory());
    console.note(line);
    LOG.info("{}", line);
    devices(started.runs())
        .filter(said::add)
        .ifPresent(
            taken -> {
              console.note(taken);
              LOG.info("{}", taken);
            });
    int batchRows = started.runs().get(0).config().batch();
    rows = stepsDone * batchRows;
    progress = Progress.start(console, "sweep", "rows x runs", rows, steps * batchRows);
  }

  /** Says where the runs of a pass train, and why; empty for the CPU if nothing else was asked. */
  static Optional<String> devices(List<SweepRun> runs) {
    Device wanted = runs.get(0).config().device();
    return wanted.equals(Device.CPU)
        ? Optional.empty()
        : Optional.of("training on " + DeviceEngines.describe(wanted, runs.size()));
  }

  @Override
  public void onStep(SweepRun run, long step, long steps) {
    rows += run.config().batch();
    progress.update(rows, metrics);
  }

  @Override
  public void onMetrics(SweepRun run, TrainMetrics m) {
    metrics = run.name() + " " + TrainingDisplay.line(m);
    LOG.info("step {} of {}", m.step(), metrics);
  }

  @Override
  public void onEarlyEnd(SweepRun run, String reason) {
    LOG.info("the run {} ends early: {}", run.name(), reason);
  }

  @Override
  public void onEnd(SweepOutcome outcome) {
    close();
    TrainTask.missedL0(outcome.result())
        .ifPresent(why -> console.note("the run " + outcome.run().name() + ": " + why));
    outcome
        .divergence()
        .ifPresent(why -> console.note("the run " + outcome.run().name() + " ended: " + why));
  }

  /** Ends the display. */
  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
