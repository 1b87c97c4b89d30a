package io.github.sae4j.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.eval.Evaluator;
import io.github.sae4j.eval.PlantedTexts;
import io.github.sae4j.eval.Progress;
import io.github.sae4j.eval.TextStudyOptions;
import io.github.sae4j.format.DocExample;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final int DENSITY = 0;
  private static final int LABEL = 2;
  private static final int CONTEXTS = 3;
  private static final int NEAREST = 4;

  @TempDir Path directory;

  private final SparseAutoencoder sae = PlantedTexts.dictionary();

  @Test
  void pageShowsPlantedFeaturesWithTheirLabels() throws IOException {
    Report report = report(true);
    JsonNode data = data(HtmlReport.write(directory.resolve("report"), report));
    assertEquals(PlantedTexts.WORDS.size() + 1, data.get("latents").size());
    for (int word = PlantedTexts.FILLERS; word < PlantedTexts.WORDS.size(); word++) {
      JsonNode latent = data.get("latents").get(word);
      assertEquals(PlantedTexts.concept(word), latent.get(LABEL).get(0).asText());
      assertEquals(1, latent.get(LABEL).get(3).asDouble());
      JsonNode context = latent.get(CONTEXTS).get(0);
      String text = data.get("texts").get(context.get(0).asInt()).asText();
      int start = context.get(2).get(0).asInt();
      int end = context.get(2).get(1).asInt();
      assertEquals(PlantedTexts.WORDS.get(word), text.substring(start, end));
      assertEquals(1, context.get(1).asInt());
    }
    JsonNode never = data.get("latents").get(PlantedTexts.WORDS.size());
    assertEquals(0, never.get(DENSITY).asInt());
    assertEquals(0, never.get(CONTEXTS).size());
    assertEquals(12, never.get(NEAREST).size());
    assertEquals(5, data.at("/concepts/sae/concepts").asInt());
  }

  @Test
  void textsCannotEndTheScriptOrLoadAnything() throws IOException {
    String page = Files.readString(HtmlReport.write(directory, report(true)));
    String inside = page.substring(dataStart(page), page.indexOf("</script>", dataStart(page)));
    assertFalse(inside.contains("<") || inside.contains(">") || inside.contains("&"));
    assertTrue(inside.contains("\\u003C/script\\u003E"), "the text is present, escaped");
    assertFalse(page.contains("{{"), "every placeholder is filled");
    assertFalse(page.contains("http://") || page.contains("https://"));
    assertFalse(page.contains("innerHTML"));
  }

  @Test
  void plotsAreNotBlank() throws IOException {
    JsonNode plots = data(HtmlReport.write(directory, report(true))).get("plots");
    assertEquals(
        List.of("curve-fvu", "curve-l0", "curve-dead", "density-histogram"),
        plots.findValuesAsText("name"));
    for (JsonNode plot : plots) {
      String file = plot.get("name").asText();
      String start = "data:image/png;base64,";
      String uri = plot.get("image").asText();
      assertTrue(uri.startsWith(start), uri.substring(0, start.length()));
      byte[] png = Base64.getDecoder().decode(uri.substring(start.length()));
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
      assertNotNull(image, file);
      Set<Integer> colours = new HashSet<>();
      for (int x = 0; x < image.getWidth(); x += 3) {
        for (int y = 0; y < image.getHeight(); y += 3) {
          colours.add(image.getRGB(x, y));
        }
      }
      assertTrue(colours.size() > 10, file + " has " + colours.size() + " colours");
    }
  }

  @Test
  void reportNeedsNeitherTextsNorCurves() throws IOException {
    Report report = report(false);
    Path page = HtmlReport.write(directory, report);
    JsonNode data = data(page);
    assertFalse(data.has("concepts"));
    assertFalse(data.has("textsRead"));
    assertEquals(1, data.get("plots").size());
    assertTrue(data.get("latents").get(0).get(DENSITY).asDouble() > 0);
    assertEquals(Optional.empty(), report.summary().concepts());
    assertFalse(report.summary().toJson().has("concepts_f1_50"));
  }

  @Test
  void writesTheLatentsAsJson() throws IOException {
    Report report = report(true);
    HtmlReport.write(directory, report);
    JsonNode json = new ObjectMapper().readTree(directory.resolve("latents.json").toFile());
    assertEquals("sae4j-latents", json.get("format").asText());
    assertEquals("1.2", json.get("tool_version").asText());
    assertEquals(report.header().nLatents(), json.get("latents").size());
    assertEquals(5, json.at("/summary/concepts_f1_50/sae").asInt());
    assertEquals(5, json.at("/concepts/tested").asInt());
    assertTrue(json.at("/concepts/least_fraction").isNumber());
    assertTrue(json.at("/concepts/most_fraction").isNumber());
    int word = PlantedTexts.WORDS.size() - 1;
    JsonNode latent = json.get("latents").get(word);
    assertEquals(word, latent.get("latent").asInt());
    assertEquals(PlantedTexts.concept(word), latent.at("/label/concept").asText());
    assertTrue(latent.at("/label/match").asBoolean());
    assertEquals(report.densities().density(word), latent.get("density").asDouble());
    JsonNode context = latent.get("contexts").get(0);
    assertTrue(context.get("carries_label").asBoolean());
    assertTrue(context.get("id").asText().startsWith("text-"));
    assertEquals(latent.get("largest_activation"), context.get("activation"));
    JsonNode token = context.get("tokens").get(0);
    String text = json.get("texts").get(context.get("text").asInt()).asText();
    assertEquals(
        PlantedTexts.WORDS.get(word),
        text.substring(token.get("start").asInt(), token.get("end").asInt()));
    assertEquals(6, latent.get("nearest").size());
    assertTrue(json.get("latents").get(PlantedTexts.WORDS.size()).get("label").isNull());
  }

  @Test
  void documentedExampleHasTheWrittenFields() throws IOException {
    HtmlReport.write(directory, report(true));
    ObjectMapper json = new ObjectMapper();
    assertEquals(
        fields(json.readTree(directory.resolve("latents.json").toFile())),
        fields(json.readTree(DocExample.named("latents"))));
  }

  /** Returns the paths of all fields, without array indices and concept names. */
  private static Set<String> fields(JsonNode json) {
    Set<String> paths = new TreeSet<>();
    collect("", json, paths);
    return paths;
  }

  private static void collect(String path, JsonNode json, Set<String> paths) {
    paths.add(path);
    if (json.isArray()) {
      json.forEach(element -> collect(path, element, paths));
    } else if (!path.contains("/too_")) {
      json.fieldNames().forEachRemaining(name -> collect(path + "/" + name, json.get(name), paths));
    }
  }

  @Test
  void pageNamesItsOrigin() throws IOException {
    JsonNode origin = data(HtmlReport.write(directory, report(true))).get("origin");
    assertEquals("1.2", origin.get("version").asText());
    assertEquals("sae report --out r", origin.get("command").asText());
    assertTrue(
        Instant.parse(origin.get("written").asText()).isBefore(Instant.now().plusSeconds(1)));
  }

  @Test
  void summaryMatchesThePage() throws IOException {
    Report report = report(true);
    JsonNode summary = report.summary().toJson();
    assertEquals(report.evaluation().reconstruction().fvu(), summary.get("fvu").asDouble());
    assertEquals(1, summary.get("l0").asDouble());
    assertEquals(1.0 / 9, summary.get("dead_fraction").asDouble());
    assertEquals(8192, summary.get("tokens").asLong());
    assertEquals(5, summary.at("/concepts_f1_50/sae").asInt());
    assertTrue(summary.at("/concepts_f1_50/neurons").isInt());
    assertTrue(summary.at("/concepts_f1_50/random").isInt());
  }

  @Test
  void evaluationOfAnotherDictionaryThrows() throws IOException {
    EvalReport other = report(false).evaluation();
    SparseAutoencoder two = PlantedTexts.dictionary(new float[2][16], 1);
    assertEquals(
        "the evaluation covers 9 latents, but the SAE has 2",
        assertThrows(IllegalArgumentException.class, () -> new ReportBuilder(two, other))
            .getMessage());
  }

  private Report report(boolean withTexts) throws IOException {
    Path metrics = directory.resolve("metrics.jsonl");
    Files.writeString(
        metrics,
        """
        {"step": 1, "tokens": 4096, "fvu": 1.3, "l0": 1.0, "dead_fraction": 0.0}
        {"step": 2, "tokens": 8192, "fvu": 0.2, "l0": 1.0, "dead_fraction": 0.1}
        """);
    Path path = directory.resolve("dump-" + withTexts);
    try (ActivationDump dump = PlantedTexts.write(path, 1000);
        ActivationSource source = dump.source(PlantedTexts.TENSOR)) {
      ReportBuilder builder =
          new ReportBuilder(sae, Evaluator.evaluate(sae, source, EvalOptions.ALL, Progress.NONE));
      if (withTexts) {
        builder
            .model("toy-model", PlantedTexts.TENSOR)
            .heldOut()
            .writtenBy("1.2", "sae report --out r")
            .texts(dump, PlantedTexts.TENSOR, TextStudyOptions.DEFAULT)
            .curves(TrainingCurves.read(metrics));
      }
      return builder.build(Progress.NONE);
    }
  }

  private static int dataStart(String page) {
    String mark = "<script type=\"application/json\" id=\"data\">";
    return page.indexOf(mark) + mark.length();
  }

  private static JsonNode data(Path file) throws IOException {
    String page = Files.readString(file);
    int start = dataStart(page);
    return new ObjectMapper().readTree(page.substring(start, page.indexOf("</script>", start)));
  }
}
