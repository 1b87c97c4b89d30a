package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.apply.search.IndexInfo;
import io.github.sae4j.apply.search.SearchHit;
import io.github.sae4j.apply.search.SparseIndex;
import io.github.sae4j.format.Printable;
import io.github.sae4j.onnx.HarvestConfig;
import io.github.sae4j.onnx.TextEmbedder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sae search}. */
@Command(
    name = "search",
    description = {
      "Search an index for the texts whose codes are most similar to the query's, and show the latents they share.",
      "",
      "The query is run through the model used to build the index, then through the index's SAE."
    })
final class SearchCommand implements Callable<Integer>, PlansMemory {
  private static final int LATENTS_SHOWN = 4;

  @ParentCommand private Sae sae;

  @Option(
      names = "--index",
      required = true,
      paramLabel = "DIR",
      description = "An index, from 'sae index'.")
  private Path directory;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE",
      description = "The ONNX model that the index's dump was harvested from.")
  private Path model;

  @Option(
      names = "--tokenizer",
      required = true,
      paramLabel = "FILE",
      description = "The model's tokenizer.json.")
  private Path tokenizer;

  @Within(from = 1, to = 10_000)
  @Option(
      names = "--most",
      paramLabel = "N",
      description = "The maximum number of texts to show (default: ${DEFAULT-VALUE}).")
  private int most = 10;

  @Mixin private ModelDeviceOption device = new ModelDeviceOption();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Also write the texts to this file as JSON; '-' is standard output.")
  private Path json;

  @Parameters(paramLabel = "QUERY", arity = "1..*", description = "The query text.")
  private List<String> words;

  @Override
  public Integer call() throws IOException, InterruptedException {
    QuietLogging.quietLucene();
    String query = String.join(" ", words);
    try (SparseIndex index = SparseIndex.open(directory);
        TextEmbedder embedder = embedder(index.info())) {
      requireWidth(index, embedder);
      List<SearchHit> hits = index.search(embedder.embed(query), most);
      new JsonOutput(sae.console(), json).report(table(hits), numbers(query, hits));
    }
    return ExitCode.OK;
  }

  private TextEmbedder embedder(IndexInfo info) throws IOException {
    HarvestConfig config =
        HarvestConfig.of(model, tokenizer, List.of(info.tensor()))
            .withSpecialTokens(info.keepSpecialTokens())
            .on(device.wanted());
    return new TextEmbedder(config, info.poolsBy());
  }

  private void requireWidth(SparseIndex index, TextEmbedder embedder) {
    if (embedder.width() != index.sae().nIn()) {
      throw new IllegalArgumentException(
          "%s was built from rows of %,d values, but '%s' in %s has %,d"
              .formatted(
                  directory, index.sae().nIn(), index.info().tensor(), model, embedder.width()));
    }
  }

  private static String table(List<SearchHit> hits) {
    if (hits.isEmpty()) {
      return "no text shares a latent with the query";
    }
    StringBuilder out = new StringBuilder("score   latents                  text\n");
    for (SearchHit hit : hits) {
      String latents =
          hit.shared().stream()
              .limit(LATENTS_SHOWN)
              .map(shared -> "#" + shared.latent())
              .collect(Collectors.joining(" "));
      String shown = Printable.escaped(hit.id() + ": " + hit.text());
      out.append(String.format(Locale.ROOT, "%.3f   %-24s %s%n", hit.score(), latents, shown));
    }
    return out.toString().stripTrailing();
  }

  private static ObjectNode numbers(String query, List<SearchHit> hits) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("query", query);
    ArrayNode all = json.putArray("hits");
    for (SearchHit hit : hits) {
      ObjectNode one = all.addObject();
      one.put("id", hit.id());
      one.put("text", hit.text());
      one.put("score", hit.score());
      ArrayNode latents = one.putArray("latents");
      for (SearchHit.Shared shared : hit.shared()) {
        latents.addObject().put("latent", shared.latent()).put("part", shared.part());
      }
    }
    return json;
  }

  @Override
  public MemoryNeed memory() throws IOException {
    Path own = directory.resolve("sae");
    return Files.isDirectory(own) ? MemoryNeed.ofReading(own) : MemoryNeed.ofCopying();
  }
}
