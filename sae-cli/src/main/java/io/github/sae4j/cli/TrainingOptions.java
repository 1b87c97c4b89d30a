package io.github.sae4j.cli;

import io.github.sae4j.store.SourcePart;
import io.github.sae4j.train.Task;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainConfigBuilder;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The settings of a run: {@code sae train} takes one value of each, {@code sae sweep} takes lists.
 */
final class TrainingOptions {
  static final String DEFAULT_LATENTS = "8x";

  @Option(
      names = "--latents",
      paramLabel = "N|Nx",
      defaultValue = DEFAULT_LATENTS,
      description =
          "Width of the dictionary, as a number or a multiple of the row width{train| (of a transcoder's target, or a crosscoder's widest source)} (default: {default}).")
  private String latents;

  @Option(
      names = "--log-every",
      paramLabel = "N",
      description = "Steps between lines of metrics (default: {default}).")
  @Within(from = 1)
  private Integer logEvery;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N",
      description = "Steps between checkpoints (default: {default}).")
  @Within(from = 1)
  private Integer checkpointEvery;

  @Option(
      names = "--keep-checkpoints",
      paramLabel = "N",
      description = "Number of newest checkpoints to keep (default: {default}).")
  @Within(from = 1)
  private Integer keepCheckpoints;

  @Mixin private SparsityOptions sparsity = new SparsityOptions();

  @Mixin private ScheduleOptions schedule = new ScheduleOptions();

  @Mixin private StartOptions begin = new StartOptions();

  @Mixin private ComputeOptions compute = new ComputeOptions();

  /** Takes from a run the settings that others depend on, except for options that are given. */
  void takeFrom(TrainConfig run, Set<String> given) {
    if (!given.contains("--latents")) {
      latents = Integer.toString(run.latents());
    }
    sparsity.takeFrom(run.variant(), given);
    schedule.takeFrom(run);
  }

  /** Returns the settings of an autoencoder for rows of a given width. */
  TrainConfig config(int nIn) {
    return config(List.of(new SourcePart("rows", 0, nIn)), Task.AUTOENCODER);
  }

  /**
   * Returns the settings.
   *
   * @param parts parts of the rows
   */
  TrainConfig config(List<SourcePart> parts, Task task) {
    List<Integer> widths = parts.stream().map(SourcePart::width).toList();
    boolean crosscoder = task == Task.CROSSCODER;
    int target = crosscoder ? Collections.max(widths) : widths.get(widths.size() - 1);
    int nLatents = DictionarySize.parse(latents).latents(target);
    DictionaryShape shape = new DictionaryShape(target, nLatents, crosscoder ? widths : List.of());
    TrainConfigBuilder config = TrainConfig.builder(nLatents, sparsity.variant(shape)).task(task);
    sparsity.applyTo(config, nLatents);
    schedule.applyTo(config);
    begin.applyTo(config);
    compute.applyTo(config);
    ScheduleOptions.set(logEvery, config::logEvery);
    ScheduleOptions.set(checkpointEvery, config::checkpointEvery);
    ScheduleOptions.set(keepCheckpoints, config::keepCheckpoints);
    return config.build();
  }
}
