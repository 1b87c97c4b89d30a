package io.github.sae4j.cli;

import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.onnx.HarvestConfig;
import io.github.sae4j.onnx.SpliceOutcome;
import io.github.sae4j.onnx.SplicedText;
import io.github.sae4j.onnx.Splicer;
import io.github.sae4j.splice.Intervention;
import io.github.sae4j.text.TextFields;
import io.github.sae4j.text.TextSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sae splice}. */
@Command(
    name = "splice",
    description = {
      "Put an SAE's reconstructions back into the model and measure how much its output changes.",
      "",
      "Compares text embeddings: cosine, and how much of the loss caused by replacing every"
          + " activation with the mean row or with zeros is recovered. Latents can be ablated,"
          + " clamped or steered."
    })
final class SpliceCommand implements Callable<Integer>, PlansMemory {
  private static final int TEXTS = 2_000;

  @ParentCommand private Sae sae;

  @Option(names = "--model", required = true, paramLabel = "M.onnx", description = "The model.")
  private Path model;

  @Option(
      names = "--tokenizer",
      required = true,
      paramLabel = "tokenizer.json",
      description = "The model's tokenizer.")
  private Path tokenizer;

  @Option(
      names = "--text",
      required = true,
      paramLabel = "FILE|DIR",
      description = "Texts, as for 'sae harvest'.")
  private Path text;

  @Option(
      names = "--sae",
      required = true,
      paramLabel = "PATH",
      description = "An SAE in any supported format, or a training run. May be repeated.")
  private List<Path> saes;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "Tensor to replace (default: the one used in training).")
  private String tensor;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "Model output to compare (default: the first).")
  private String output;

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      defaultValue = "" + TEXTS,
      description = "Stop after N texts (default: ${DEFAULT-VALUE}).")
  @Within(from = 1)
  private long maxTexts;

  @Mixin private TextReadingOptions reading = new TextReadingOptions();

  @Mixin private ModelDeviceOption device;

  @Mixin private EditOptions edits;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the metrics to this file as JSON; '-' is standard output.")
  private Path json;

  @Option(
      names = "--per-text",
      paramLabel = "FILE",
      description = "Write the metrics of each text to this file, one line of JSON per text.")
  private Path perText;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<StoredSae> stored = new ArrayList<>();
    List<Intervention> interventions = new ArrayList<>();
    for (Path path : saes) {
      StoredSae each = StoredRun.readSae(sae.console(), path);
      stored.add(each);
      interventions.add(Intervention.reconstruction(path.toString(), each.sae()));
      interventions.addAll(edits.interventions(path.toString(), each.sae()));
    }
    String place = tensor != null ? tensor : stored.get(0).provenance().tensor();
    if (place.isEmpty()) {
      throw new IllegalArgumentException(
          saes.get(0) + " does not record which tensor it was trained on: name it with --tensor");
    }
    HarvestConfig config =
        new HarvestConfig(
            model,
            tokenizer,
            List.of(place),
            reading.maxTokens(),
            4 * HarvestConfig.DEFAULT_TOKENS_PER_BATCH,
            false,
            1,
            HarvestConfig.NO_LIMIT,
            maxTexts,
            device.wanted());
    SpliceReport report = splice(config, stored, interventions);
    new JsonOutput(sae.console(), json).report(report.table(), report.toJson());
    if (perText != null) {
      report.writeTexts(perText);
      sae.console().note("wrote " + perText);
    }
    return ExitCode.OK;
  }

  private SpliceReport splice(
      HarvestConfig config, List<StoredSae> stored, List<Intervention> interventions)
      throws IOException, InterruptedException {
    TextFields fields = reading.fields(TextFields.DEFAULTS.conceptsField());
    try (Splicer splicer = new Splicer(config, output)) {
      String place = config.tensors().get(0);
      int width = splicer.width();
      requireWidth(place, width, stored);
      sae.console().note(ModelDeviceOption.describe(splicer.device()));
      float[] mean;
      long total;
      try (TextSource source = TextSource.open(text, fields)) {
        total = Math.min(maxTexts, source.total());
        sae.console().note(source.describe() + ", " + Words.count(source.total()) + " texts");
        mean = splicer.mean(source, width);
      }
      List<SplicedText> texts = new ArrayList<>();
      List<SpliceOutcome> outcomes;
      try (TextSource source = TextSource.open(text, fields);
          Progress progress = Progress.start(sae.console(), "splice", "texts", 0, total)) {
        outcomes =
            splicer.run(source, mean, interventions, texts::add, done -> progress.update(done, ""));
      }
      if (!splicer.faults().describe().isEmpty()) {
        sae.console().note(splicer.faults().describe());
      }
      return new SpliceReport(place, outcomes, texts);
    }
  }

  private void requireWidth(String place, int width, List<StoredSae> stored) {
    for (int i = 0; i < stored.size(); i++) {
      int read = stored.get(i).sae().nIn();
      if (read != width) {
        throw new IllegalArgumentException(
            "%s reads rows of %,d values, but the rows of %s have %,d"
                .formatted(saes.get(i), read, place, width));
      }
    }
  }

  @Override
  public MemoryNeed memory() throws IOException {
    MemoryNeed most = MemoryNeed.ofCopying();
    for (Path path : saes) {
      most = most.and(MemoryNeed.ofReading(path));
    }
    return most;
  }
}
