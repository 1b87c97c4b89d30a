package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.eval.ConceptFractions;
import io.github.sae4j.eval.TextStudyOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sae report}. */
@Command(
    name = "report",
    description = {
      "Write an HTML page that shows what the latents of an SAE mean.",
      "",
      "Shows each latent with its strongest contexts and, if the texts are labelled with concepts, the concept that it separates best."
    })
final class ReportCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;

  @Option(
      names = "--sae",
      required = true,
      paramLabel = "DIR",
      description = "An SAE in any supported format, or a training run.")
  private Path directory;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DUMP",
      arity = "1..*",
      parameterConsumer = DataFiles.Reader.class,
      description = "Activations; the texts of a dump written by 'sae harvest' are read too.")
  private DataFiles data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Output directory for index.html and latents.json.")
  private Path out;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "Tensor to use if there are several (default: the one used in training).")
  private String tensor;

  @Option(
      names = "--metrics",
      paramLabel = "FILE",
      description = "Metrics logged during training (default: metrics.jsonl of the SAE's run).")
  private Path metrics;

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      description = "Number of texts to read; if there are more, a random sample (default: 40000).")
  @Within(from = 1)
  private Integer maxTexts;

  @Option(
      names = "--contexts",
      paramLabel = "N",
      description = "Contexts to show per latent (default: 8).")
  @Within(from = 1)
  private Integer contexts;

  @Option(
      names = "--min-concept-fraction",
      paramLabel = "FRACTION",
      description =
          "Test concepts carried by at least this fraction of the texts (default: 0.001).")
  @Within(from = 0, to = 1)
  private Double minConceptFraction;

  @Option(
      names = "--max-concept-fraction",
      paramLabel = "FRACTION",
      description = {
        "Test concepts carried by at most this fraction of the texts (default: 0.05). If neither fraction is given and no concept lies between the defaults, all are tested."
      })
  @Within(from = 0, to = 1)
  private Double maxConceptFraction;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Also write the metrics to this file as JSON; the details of each latent are in latents.json.")
  private Path json;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Random seed for sampling (default: 1).")
  private Long seed;

  @Mixin private VerifyOption verify = new VerifyOption();

  @Mixin private FiniteOption finite = new FiniteOption();

  @Mixin private DeviceOption device = new DeviceOption();

  @Override
  public Integer call() throws IOException {
    TextStudyOptions defaults = TextStudyOptions.DEFAULT;
    TextStudyOptions texts =
        new TextStudyOptions(
            maxTexts == null ? defaults.maxTexts() : maxTexts,
            contexts == null ? defaults.contexts() : contexts,
            defaults.batchRows(),
            seed == null ? defaults.seed() : seed,
            conceptFractions(),
            defaults.onNonFinite());
    ReportTask task =
        new ReportTask(
            directory, data.path(), tensor, out, metrics, texts, verify.onRead(), finite, device);
    ReportTask.Written written = task.run(sae.console(), sae.shareableCommandLine());
    written.report().study().ifPresent(study -> Words.concepts(study).forEach(sae.console()::note));
    ObjectNode numbers = written.report().evaluation().toJson();
    numbers.setAll(written.report().summary().toJson());
    new JsonOutput(sae.console(), json).report(written.page().toString(), numbers);
    return ExitCode.OK;
  }

  private Optional<ConceptFractions> conceptFractions() {
    if (minConceptFraction == null && maxConceptFraction == null) {
      return Optional.empty();
    }
    double least = minConceptFraction == null ? ConceptFractions.USUAL.least() : minConceptFraction;
    double most = maxConceptFraction == null ? ConceptFractions.USUAL.most() : maxConceptFraction;
    if (!(least >= 0 && least <= most && most <= 1)) {
      throw new IllegalArgumentException(
          "--min-concept-fraction and --max-concept-fraction must be in [0, 1], and the first must not exceed the second, got %s and %s"
              .formatted(least, most));
    }
    return Optional.of(new ConceptFractions(least, most));
  }

  @Override
  public MemoryNeed memory() throws IOException {
    return MemoryNeed.ofReading(directory);
  }
}
