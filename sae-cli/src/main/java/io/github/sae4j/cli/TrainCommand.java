package io.github.sae4j.cli;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.train.MemoryLimits;
import io.github.sae4j.train.MemoryPlan;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainResult;
import io.github.sae4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sae train}. */
@Command(
    name = "train",
    description = {
      "Train a sparse autoencoder on activations. Ctrl-C saves; --resume goes on.",
      "",
      "RUN receives config.json, metrics.jsonl, checkpoints/, sae.log and at the end sae/,"
          + " in the layout of SAELens."
    })
final class TrainCommand implements Callable<Integer>, PlansMemory {
  /** Options that say where rows and files are; all others are settings of the run. */
  private static final Set<String> PLACES =
      Set.of(
          "--data",
          "--tensor",
          "--out",
          "--holdout",
          "--resume",
          "--overwrite",
          "--verbose",
          "--debug",
          "--log-file");

  @ParentCommand private Sae sae;
  @Spec private CommandSpec spec;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DUMP",
      description = "Activations: a dump, or .safetensors or .npy files.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "RUN",
      description = "The run's directory.")
  private Path out;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "The tensor, where there are several.")
  private String tensor;

  @Option(
      names = "--holdout",
      paramLabel = "X",
      defaultValue = "0.05",
      description = "Share of the rows, at the end, to keep for 'sae eval' (default: 0.05).")
  private double holdout;

  @Option(
      names = "--resume",
      description = "Go on from the newest checkpoint in RUN, with the run's own settings.")
  private boolean resume;

  @Option(names = "--overwrite", description = "Replace the run that RUN holds.")
  private boolean overwrite;

  @Mixin private TrainingOptions settings = new TrainingOptions();

  @Override
  public Integer call() throws IOException {
    if (resume && overwrite) {
      throw new IllegalArgumentException("--resume and --overwrite exclude each other");
    }
    TrainTask task = new TrainTask(new TrainingRows(data, tensor, holdout), out);
    try (ActivationSource source = ActivationSources.open(data, tensor)) {
      TrainConfig config = config(source);
      MemoryPlan.of(config, task.rows().trained(source)).requireFits(MemoryLimits.ofThisProcess());
      sae.logInto(out.resolve("sae.log"));
      String howToResume = resume ? sae.commandLineWith() : sae.commandLineWith("--resume");
      TrainResult result = task.run(sae.console(), source, config, start(), howToResume);
      if (result.completed()) {
        sae.console().result(result.sae().toString());
        return ExitCode.OK;
      }
      return ExitCode.INTERRUPTED;
    }
  }

  @Override
  public MemoryNeed memory() throws IOException {
    try (ActivationSource source = ActivationSources.open(data, tensor)) {
      TrainTask task = new TrainTask(new TrainingRows(data, tensor, holdout), out);
      return MemoryNeed.exactly(MemoryPlan.of(config(source), task.rows().trained(source)));
    }
  }

  private TrainTask.Start start() {
    if (resume) {
      return TrainTask.Start.RESUME;
    }
    return overwrite ? TrainTask.Start.OVERWRITE : TrainTask.Start.NEW;
  }

  /** The settings that are given, or the run's own where it goes on and none are. */
  private TrainConfig config(ActivationSource source) throws IOException {
    return resume && !settingsAreGiven()
        ? Trainer.savedConfig(out)
        : settings.config(source.width());
  }

  private boolean settingsAreGiven() {
    return spec.commandLine().getParseResult().matchedOptions().stream()
        .map(OptionSpec::longestName)
        .anyMatch(name -> !PLACES.contains(name));
  }
}
