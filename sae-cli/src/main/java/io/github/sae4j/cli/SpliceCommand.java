package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.StoredSae;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.onnx.HarvestConfig;
import io.github.sae4j.onnx.SpliceOutcome;
import io.github.sae4j.onnx.Splicer;
import io.github.sae4j.splice.EditedLatents;
import io.github.sae4j.splice.Intervention;
import io.github.sae4j.splice.LatentEdit;
import io.github.sae4j.text.TextOptions;
import io.github.sae4j.text.TextSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sae splice}. */
@Command(
    name = "splice",
    description = {
      "Put an SAE's reconstructions back into the model, and see what its output loses.",
      "",
      "Compares embeddings of texts: cosine, and the share of what is lost with the mean row, or",
      "zeros, in every place that is recovered. Latents can be ablated, clamped or steered."
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
      description = "An SAE of any known format, or a training run. May be repeated.")
  private List<Path> saes;

  @Option(
      names = "--tensor",
      paramLabel = "NAME",
      description = "The tensor that is replaced (default: the one that was learnt).")
  private String tensor;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "The model's output that is compared (default: the first).")
  private String output;

  @Option(
      names = "--max-texts",
      paramLabel = "N",
      defaultValue = "" + TEXTS,
      description = "Stop after N texts (default: ${DEFAULT-VALUE}).")
  private long maxTexts;

  @Option(
      names = "--ablate",
      paramLabel = "LATENT",
      split = ",",
      description = "Also: set these latents to 0, and leave all else as it is.")
  private List<Integer> ablated = List.of();

  @Option(
      names = "--clamp",
      paramLabel = "LATENT=X",
      split = ",",
      description = "Also: set these latents to X everywhere.")
  private Map<Integer, Double> clamped = Map.of();

  @Option(
      names = "--steer",
      paramLabel = "LATENT=X",
      split = ",",
      description = "Also: add X to these latents everywhere.")
  private Map<Integer, Double> steered = Map.of();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the numbers here too.")
  private Path json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<StoredSae> stored = new ArrayList<>();
    List<Intervention> interventions = new ArrayList<>();
    for (Path path : saes) {
      StoredSae each = StoredRun.readSae(path);
      stored.add(each);
      interventions.add(Intervention.reconstruction(path.toString(), each.sae()));
      edits(path, each.sae(), interventions);
    }
    String place = tensor != null ? tensor : stored.get(0).provenance().tensor();
    if (place.isEmpty()) {
      throw new IllegalArgumentException(
          saes.get(0) + " does not say which tensor it was trained on: name it by --tensor");
    }
    int width = stored.get(0).sae().nIn();
    for (int i = 1; i < stored.size(); i++) {
      if (stored.get(i).sae().nIn() != width) {
        throw new IllegalArgumentException(
            "%s reads rows of %d values, but %s of %d"
                .formatted(saes.get(0), width, saes.get(i), stored.get(i).sae().nIn()));
      }
    }
    HarvestConfig config =
        new HarvestConfig(
            model,
            tokenizer,
            List.of(place),
            HarvestConfig.DEFAULT_MAX_TOKENS,
            4 * HarvestConfig.DEFAULT_TOKENS_PER_BATCH,
            false,
            1,
            HarvestConfig.NO_LIMIT,
            maxTexts);
    List<SpliceOutcome> outcomes = outcomes(config, width, interventions);
    sae.console().result(table(outcomes));
    if (json != null) {
      EvalReport.writeJson(toJson(place, outcomes), json);
      sae.console().note("wrote " + json);
    }
    return ExitCode.OK;
  }

  private void edits(Path path, SparseAutoencoder dictionary, List<Intervention> to) {
    List<LatentEdit> edits = new ArrayList<>();
    ablated.forEach(latent -> edits.add(LatentEdit.ablate(latent)));
    clamped.forEach((latent, value) -> edits.add(LatentEdit.clamp(latent, value)));
    steered.forEach((latent, value) -> edits.add(LatentEdit.steer(latent, value)));
    for (LatentEdit edit : edits) {
      String what =
          edit.kind().name().toLowerCase(Locale.ROOT)
              + " "
              + edit.latent()
              + (edit.kind() == LatentEdit.Kind.ABLATE ? "" : "=" + edit.value());
      to.add(new EditedLatents(path + ": " + what, dictionary, List.of(edit)));
    }
  }

  private List<SpliceOutcome> outcomes(
      HarvestConfig config, int width, List<Intervention> interventions)
      throws IOException, InterruptedException {
    TextOptions fields = new TextOptions("text", "id", "concepts");
    try (Splicer splicer = new Splicer(config, output)) {
      float[] mean;
      long total;
      try (TextSource source = TextSource.open(text, fields)) {
        total = Math.min(maxTexts, source.total());
        mean = splicer.mean(source, width);
      }
      try (TextSource source = TextSource.open(text, fields);
          Progress progress = Progress.start(sae.console(), "splice", "texts", 0, total)) {
        return splicer.run(source, mean, interventions, done -> progress.update(done, ""));
      }
    }
  }

  private static String table(List<SpliceOutcome> outcomes) {
    int longest = outcomes.stream().mapToInt(each -> each.name().length()).max().orElse(0);
    StringBuilder table = new StringBuilder();
    table.append(
        "%s  %8s  %8s  %14s  %14s%n"
            .formatted(" ".repeat(longest), "cosine", "FVU", "of mean's loss", "of zeros' loss"));
    for (SpliceOutcome each : outcomes) {
      table.append(
          String.format(
              Locale.ROOT,
              "%-" + longest + "s  %8.4f  %8.4f  %12.1f %%  %12.1f %%%n",
              each.name(),
              each.cosine(),
              each.fvu(),
              100 * each.recoveredOfMean(),
              100 * each.recoveredOfZero()));
    }
    return table.toString().stripTrailing();
  }

  private static ObjectNode toJson(String place, List<SpliceOutcome> outcomes) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("tensor", place);
    ArrayNode rows = root.putArray("interventions");
    for (SpliceOutcome each : outcomes) {
      ObjectNode row = rows.addObject();
      row.put("name", each.name());
      row.put("cosine", each.cosine());
      row.put("lost", each.lost());
      row.put("fvu", each.fvu());
      row.put("recovered_of_mean", each.recoveredOfMean());
      row.put("recovered_of_zero", each.recoveredOfZero());
    }
    return root;
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
