package io.github.sae4j.cli;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.train.MemoryPlan;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainListener;
import io.github.sae4j.train.TrainResult;
import io.github.sae4j.train.Trainer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * A training run.
 *
 * @param rows what it learns from
 * @param out the run's directory
 */
record TrainTask(TrainingRows rows, Path out) {

  /** How to begin. */
  enum Start {
    NEW,
    OVERWRITE,
    RESUME
  }

  /**
   * Runs it until the end, or until Ctrl-C, after which it can be resumed.
   *
   * @param howToResume what people should type then
   * @param begun is called once the directory is this run's
   */
  TrainResult run(
      Console console,
      ActivationSource all,
      TrainConfig config,
      Start start,
      String howToResume,
      IoRunnable begun)
      throws IOException {
    String unit = rows.unit(all);
    TrainingOutline outline = new TrainingOutline(config, rows.trained(all), rows.heldOut(all));
    try (TrainingDisplay display = new TrainingDisplay(console, outline, unit)) {
      Trainer trainer =
          new Trainer(rows.trained(all), config, out)
              .provenance(rows.provenance(all))
              .overwrite(start == Start.OVERWRITE)
              .listener(
                  new TrainListener() {
                    @Override
                    public void onStart(MemoryPlan memory) {
                      IoRunnable.unchecked(begun);
                    }
                  })
              .listener(display);
      try (Interruption interruption = Interruption.handledBy(trainer::requestStop)) {
        TrainResult result = start == Start.RESUME ? trainer.resume() : trainer.train();
        display.close();
        console.note(result.completed() ? completed(result, unit) : stopped(result, howToResume));
        missedL0(result).ifPresent(console::note);
        return result;
      }
    }
  }

  private static String completed(TrainResult result, String unit) {
    return "trained on %s %s in %s"
        .formatted(
            Words.count(result.tokens()), unit, Words.duration(Math.round(result.seconds())));
  }

  /** A warning where the SAE is not as sparse as it was to be, or sparser. */
  static Optional<String> missedL0(TrainResult result) {
    return result.missesL0()
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "warning: L0 is %.1f where %s was asked for; a longer run may come nearer",
                result.l0(),
                BigDecimal.valueOf(result.wantedL0())
                    .round(new MathContext(3))
                    .stripTrailingZeros()
                    .toPlainString()))
        : Optional.empty();
  }

  private String stopped(TrainResult result, String howToResume) {
    return result.steps() == 0
        ? "stopped before the first step"
        : "stopped after step %s; a checkpoint is in %s; continue with: %s"
            .formatted(Words.count(result.steps()), out, howToResume);
  }
}
