package io.github.sae4j.cli;

import io.github.sae4j.eval.TextOptions;
import io.github.sae4j.eval.TextStudy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sae report}. */
@Command(
    name = "report",
    description = {
      "Write an HTML page that shows what the latents of an SAE mean.",
      "",
      "Each latent with its strongest contexts and, where the texts carry concepts, the concept"
          + " that it separates best."
    })
final class ReportCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;

  @Option(
      names = "--sae",
      required = true,
      paramLabel = "DIR",
      description = "An SAE directory (cfg.json, sae_weights.safetensors) or a training run.")
  private Path directory;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DUMP",
      description = "Activations; the texts of a dump by 'sae harvest' are read too.")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where index.html and its plots go.")
  private Path out;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "The tensor, where there are several (default: the one it was trained on).")
  private String tensor;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description = "What training logged (default: metrics.jsonl of the SAE's run).")
  private Path metrics;

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      description = "Texts to read; of more, a random sample (default: 40000).")
  private Integer maxTexts;

  @Option(
      names = "--contexts",
      paramLabel = "N",
      description = "Contexts to show for each latent (default: 8).")
  private Integer contexts;

  @Option(names = "--seed", paramLabel = "N", description = "Of the samples (default: 1).")
  private Long seed;

  @Override
  public Integer call() throws IOException {
    TextOptions defaults = TextOptions.DEFAULT;
    TextOptions texts =
        new TextOptions(
            maxTexts == null ? defaults.maxTexts() : maxTexts,
            contexts == null ? defaults.contexts() : contexts,
            defaults.batchRows(),
            seed == null ? defaults.seed() : seed);
    ReportTask task = new ReportTask(directory, data, tensor, out, metrics, texts);
    ReportTask.Written written = task.run(sae.console());
    written
        .report()
        .study()
        .flatMap(TextStudy::concepts)
        .ifPresent(found -> sae.console().note(Words.concepts(found)));
    sae.console().result(written.page().toString());
    return ExitCode.OK;
  }

  @Override
  public MemoryNeed memory() throws IOException {
    return MemoryNeed.ofReading(directory);
  }
}
