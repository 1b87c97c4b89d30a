package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainResult;
import io.github.sae4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A training run on all but the last rows of a source.
 *
 * @param data where the rows are
 * @param tensorOrNull which of several tensors
 * @param out the run's directory
 * @param holdout share of the rows, at the end, that are kept for evaluation
 */
record TrainTask(Path data, String tensorOrNull, Path out, double holdout) {

  TrainTask {
    if (!(holdout >= 0 && holdout < 1)) {
      throw new IllegalArgumentException(
          "holdout must lie within 0 to 1, without 1, got " + holdout);
    }
  }

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
   */
  TrainResult run(
      Console console, ActivationSource all, TrainConfig config, Start start, String howToResume)
      throws IOException {
    ActivationSource rows = trained(all);
    long heldOut = all.rows() - rows.rows();
    try (TrainingDisplay display = new TrainingDisplay(console, config.batchRows())) {
      Trainer trainer =
          new Trainer(rows, config, out)
              .provenance(provenance(all).withHoldout(rows.rows(), heldOut))
              .overwrite(start == Start.OVERWRITE)
              .listener(display);
      try (Interruption interruption = Interruption.handledBy(trainer::requestStop)) {
        TrainResult result = start == Start.RESUME ? trainer.resume() : trainer.train();
        display.close();
        console.note(result.completed() ? completed(result) : stopped(result, howToResume));
        return result;
      }
    }
  }

  /** The rows that are trained on. */
  ActivationSource trained(ActivationSource all) {
    return all.slice(0, all.rows() - (long) (holdout * all.rows()));
  }

  private Provenance provenance(ActivationSource source) throws IOException {
    if (!StoredRun.isDump(data)) {
      return Provenance.of("", tensorOrNull == null ? "" : tensorOrNull, source.description());
    }
    try (ActivationDump dump = ActivationDump.open(data)) {
      String tensor = tensorOrNull == null ? dump.manifest().tensors().get(0).name() : tensorOrNull;
      return Provenance.of(dump.manifest().model(), tensor, source.description());
    }
  }

  private String completed(TrainResult result) {
    return "trained on %s tokens in %s"
        .formatted(Words.count(result.tokens()), Words.duration(Math.round(result.seconds())));
  }

  private String stopped(TrainResult result, String howToResume) {
    return result.steps() == 0
        ? "stopped before the first step"
        : "stopped after step %s; a checkpoint is in %s; go on with: %s"
            .formatted(Words.count(result.steps()), out, howToResume);
  }
}
