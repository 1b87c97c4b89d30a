package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.eval.ConceptShares;
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
      "Each latent with its strongest contexts and, where the texts carry concepts, the concept"
          + " that it separates best."
    })
final class ReportCommand implements Callable<Integer>, PlansMemory {
  @ParentCommand private Sae sae;

  @Option(
      names = "--sae",
      required = true,
      paramLabel = "DIR",
      description = "An SAE of any known format, or a training run.")
  private Path directory;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DUMP",
      arity = "1..*",
      parameterConsumer = DataFiles.Reader.class,
      description = "Activations; the texts of a dump by 'sae harvest' are read too.")
  private DataFiles data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where index.html and latents.json go.")
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
  @Within(from = 1)
  private Integer maxTexts;

  @Option(
      names = "--contexts",
      paramLabel = "N",
      description = "Contexts to show for each latent (default: 8).")
  @Within(from = 1)
  private Integer contexts;

  @Option(
      names = "--min-concept-fraction",
      paramLabel = "SHARE",
      description = "Test concepts carried by at least this share of the texts (default: 0.001).")
  @Within(from = 0, to = 1)
  private Double minConceptFraction;

  @Option(
      names = "--max-concept-fraction",
      paramLabel = "SHARE",
      description = {
        "Test concepts carried by at most this share of the texts (default: 0.05). Where neither"
            + " share is given and no concept lies between them, all are tested."
      })
  @Within(from = 0, to = 1)
  private Double maxConceptFraction;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures here too; what is known of each latent is in latents.json.")
  private Path json;

  @Option(names = "--seed", paramLabel = "N", description = "Of the samples (default: 1).")
  private Long seed;

  @Mixin private VerifyOption verify = new VerifyOption();

  @Mixin private FiniteOption finite = new FiniteOption();

  @Override
  public Integer call() throws IOException {
    TextStudyOptions defaults = TextStudyOptions.DEFAULT;
    TextStudyOptions texts =
        new TextStudyOptions(
            maxTexts == null ? defaults.maxTexts() : maxTexts,
            contexts == null ? defaults.contexts() : contexts,
            defaults.batchRows(),
            seed == null ? defaults.seed() : seed,
            conceptShares(),
            defaults.onNonFinite());
    ReportTask task =
        new ReportTask(
            directory, data.path(), tensor, out, metrics, texts, verify.onRead(), finite);
    ReportTask.Written written = task.run(sae.console(), sae.shareableCommandLine());
    written.report().study().ifPresent(study -> Words.concepts(study).forEach(sae.console()::note));
    ObjectNode numbers = written.report().evaluation().toJson();
    numbers.setAll(written.report().summary().toJson());
    new JsonOutput(sae.console(), json).report(written.page().toString(), numbers);
    return ExitCode.OK;
  }

  private Optional<ConceptShares> conceptShares() {
    if (minConceptFraction == null && maxConceptFraction == null) {
      return Optional.empty();
    }
    double least = minConceptFraction == null ? ConceptShares.USUAL.least() : minConceptFraction;
    double most = maxConceptFraction == null ? ConceptShares.USUAL.most() : maxConceptFraction;
    if (!(least >= 0 && least <= most && most <= 1)) {
      throw new IllegalArgumentException(
          "--min-concept-fraction and --max-concept-fraction must be shares of the texts, 0 to 1, and the"
              + " first must not exceed the second, got %s and %s".formatted(least, most));
    }
    return Optional.of(new ConceptShares(least, most));
  }

  @Override
  public MemoryNeed memory() throws IOException {
    return MemoryNeed.ofReading(directory);
  }
}
