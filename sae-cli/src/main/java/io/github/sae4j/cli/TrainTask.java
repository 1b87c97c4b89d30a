package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.eval.EvalReport;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A training run.
 *
 * @param rows the training rows
 * @param out the run's directory
 */
record TrainTask(TrainingRows rows, Path out) {
  private static final Logger LOG = LoggerFactory.getLogger(TrainTask.class);

  /** How to start. */
  enum Start {
    NEW,
    OVERWRITE,
    RESUME
  }

  /**
   * Trains to the end, or until Ctrl-C, after which the run can be resumed.
   *
   * @param howToResume the command that resumes it
   * @param begun called once the run has claimed its directory
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
        noteMissedL0(console, result);
        return result;
      }
    }
  }

  private static String completed(TrainResult result, String unit) {
    return "trained on %s %s in %s"
        .formatted(
            Words.count(result.tokens()), unit, Words.duration(Math.round(result.seconds())));
  }

  /** Warns on the console and in the log if the SAE missed its target sparsity. */
  static void noteMissedL0(Console console, TrainResult result) {
    missedL0(result)
        .ifPresent(
            warning -> {
              console.note(warning);
              LOG.warn("{}", warning);
            });
  }

  /** Returns the metrics of a finished run, for {@code --json}. */
  static ObjectNode toJson(TrainResult result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("sae", result.sae().toString());
    json.put("steps", result.steps());
    json.put("tokens", result.tokens());
    EvalReport.putNumber(json, "seconds", result.seconds());
    EvalReport.putNumber(json, "l0", result.l0());
    EvalReport.putNumber(json, "wanted_l0", result.wantedL0() > 0 ? result.wantedL0() : Double.NaN);
    json.put("misses_l0", Double.isNaN(result.l0()) ? null : result.missesL0());
    return json;
  }

  /** Returns a warning if the SAE is less sparse or more sparse than requested. */
  static Optional<String> missedL0(TrainResult result) {
    return result.missesL0()
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "warning: L0 is %.1f, but the target was %s; a longer run may get closer",
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
