package io.github.sae4j.cli;

import io.github.sae4j.Provenance;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.train.MemoryLimits;
import io.github.sae4j.train.MemoryPlan;
import io.github.sae4j.train.StoppedRun;
import io.github.sae4j.train.Task;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainResult;
import io.github.sae4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sae train}. */
@Command(
    name = "train",
    description = {
      "Train a sparse autoencoder on activations. Ctrl-C saves; --resume continues.",
      "",
      "Writes to RUN: config.json, metrics.jsonl, checkpoints/, sae.log and, at the end, sae/ in the layout of SAELens."
    })
final class TrainCommand implements Callable<Integer>, PlansMemory {
  /** Options for the location of rows and files; all others are settings of the run. */
  private static final Set<String> PLACES =
      Set.of(
          "--data",
          "--tensor",
          "--out",
          "--holdout",
          "--resume",
          "--no-verify",
          "--overwrite",
          "--dry-run",
          "--verbose",
          "--debug",
          "--log-file",
          "--json");

  @ParentCommand private Sae sae;
  @Spec private CommandSpec spec;

  @Mixin private DataOptions data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "RUN",
      description = "The run's directory.")
  private Path out;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      description =
          "autoencoder; transcoder or skip-transcoder (with a linear part) if --data names an"
              + " input and a target; crosscoder if it names sources (default: whichever fits"
              + " --data).")
  private Task task;

  @Option(
      names = "--holdout",
      paramLabel = "X",
      defaultValue = "0.05",
      description =
          "Fraction of the rows, at the end, to hold out for 'sae eval' (default: ${DEFAULT-VALUE}).")
  @Within(from = 0, below = 1)
  private double holdout;

  @Option(
      names = "--resume",
      description = "Continue from the newest checkpoint in RUN, with the run's own settings.")
  private boolean resume;

  @Option(names = "--overwrite", description = "Replace an existing run in RUN.")
  private boolean overwrite;

  @Option(
      names = "--finish",
      help = true, // needs only RUN
      description =
          "End the run in RUN now: write its newest checkpoint as the SAE. Needs no --data.")
  private boolean finish;

  @Option(
      names = "--dry-run",
      description = "Only show the planned run and the memory, time and disk space it would take.")
  private boolean dryRun;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the final metrics to this file as JSON; '-' is standard output.")
  private Path json;

  @Mixin private TrainingOptions settings = new TrainingOptions();

  @Override
  public Integer call() throws IOException {
    if (resume && overwrite) {
      throw new IllegalArgumentException("--resume cannot be combined with --overwrite");
    }
    if (finish) {
      return finishNow();
    }
    TrainTask run = run();
    try (ActivationSource source = data.open(Provenance.UNKNOWN)) {
      Planned planned = planned(source);
      planned.memory().requireFits(MemoryLimits.ofThisProcess());
      TrainConfig config = planned.config();
      if (dryRun) {
        long heldOut = run.rows().heldOut(source);
        TrainingOutline outline = new TrainingOutline(config, planned.trained(), heldOut);
        sae.console().result(outline.withCost(planned.memory()));
        return ExitCode.OK;
      }
      String howToResume = resume ? sae.commandLineWith() : sae.commandLineWith("--resume");
      TrainResult result =
          run.run(sae.console(), source, config, start(), howToResume, () -> sae.logInto(out));
      if (result.completed()) {
        report(result);
        return ExitCode.OK;
      }
      return ExitCode.INTERRUPTED;
    }
  }

  private Integer finishNow() throws IOException {
    if (resume || overwrite || dryRun) {
      throw new IllegalArgumentException(
          "--finish cannot be combined with --resume, --overwrite or --dry-run");
    }
    StoppedRun stopped = stopped();
    stopped.memory().requireFits(MemoryLimits.ofThisProcess());
    TrainResult result = stopped.finish();
    sae.console()
        .note(
            "ended at step %s of %s"
                .formatted(Words.count(result.steps()), Words.count(stopped.steps())));
    report(result);
    return ExitCode.OK;
  }

  private void report(TrainResult result) throws IOException {
    new JsonOutput(sae.console(), json).report(result.sae().toString(), TrainTask.toJson(result));
  }

  private StoppedRun stopped() throws IOException {
    if (out == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--out=RUN'");
    }
    return StoppedRun.open(out);
  }

  @Override
  public MemoryNeed memory() throws IOException {
    if (finish) {
      return MemoryNeed.exactly(stopped().memory());
    }
    try (ActivationSource source = data.open(Provenance.UNKNOWN)) {
      return MemoryNeed.exactly(planned(source).memory());
    }
  }

  /** A planned run, as needed by the launcher and by the run itself. */
  private record Planned(TrainConfig config, ActivationSource trained, MemoryPlan memory) {}

  private Planned planned(ActivationSource source) throws IOException {
    TrainConfig config = config(source);
    ActivationSource trained = run().rows().trained(source);
    return new Planned(config, trained, MemoryPlan.of(config, trained));
  }

  private TrainTask run() {
    return new TrainTask(new TrainingRows(data.path(), data.tensor().orElse(null), holdout), out);
  }

  private TrainTask.Start start() {
    if (resume) {
      return TrainTask.Start.RESUME;
    }
    return overwrite ? TrainTask.Start.OVERWRITE : TrainTask.Start.NEW;
  }

  /** Returns the given settings, combined with the run's own if it is resumed. */
  private TrainConfig config(ActivationSource source) throws IOException {
    TrainConfig config = resume ? resumed(source) : settings.config(source.parts(), chosenTask());
    requireRowsFor(config.task());
    return config;
  }

  private TrainConfig resumed(ActivationSource source) throws IOException {
    TrainConfig saved = Trainer.savedConfig(out);
    Set<String> typed = typedSettings();
    if (typed.isEmpty()) {
      return saved;
    }
    settings.takeFrom(saved, typed);
    Task wanted = task == null ? saved.task() : chosenTask();
    return Trainer.resumedConfig(out, settings.config(source.parts(), wanted), typed);
  }

  private void requireRowsFor(Task chosen) {
    boolean fits =
        switch (chosen) {
          case AUTOENCODER -> !data.joined();
          case CROSSCODER -> data.joined();
          case TRANSCODER, SKIP_TRANSCODER -> data.isOfTranscoder();
        };
    if (!fits) {
      throw new IllegalArgumentException(
          switch (chosen) {
            case AUTOENCODER -> "an autoencoder needs one --data, without part names";
            case CROSSCODER -> "a crosscoder needs several --data NAME=DUMP, one per source";
            case TRANSCODER, SKIP_TRANSCODER ->
                "a transcoder needs --data input=DUMP and --data target=DUMP";
          });
    }
  }

  private Task chosenTask() {
    if (task == null) {
      if (data.joined()) {
        data.refuseNamesByMistake();
      }
      return data.isOfTranscoder()
          ? Task.TRANSCODER
          : data.joined() ? Task.CROSSCODER : Task.AUTOENCODER;
    }
    return task;
  }

  private Set<String> typedSettings() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .filter(name -> !PLACES.contains(name))
        .collect(Collectors.toSet());
  }
}
