package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.apply.anomaly.Explanation;
import io.github.sae4j.apply.anomaly.Judgement;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Writes what a detector says of each row, as JSON lines or CSV. */
final class JudgementLines {
  private static final String HEADER =
      "row,alarm,p_value,error,relative_error,surprise,combined,dimensions,latents";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final OutputStream out;
  private final boolean csv;

  private JudgementLines(OutputStream out, boolean csv) {
    this.out = out;
    this.csv = csv;
  }

  /**
   * Starts a file.
   *
   * @param file its name, which decides the format
   */
  static JudgementLines to(OutputStream out, Path file) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    JudgementLines lines = new JudgementLines(out, name.endsWith(".csv"));
    if (lines.csv) {
      lines.line(HEADER);
    }
    return lines;
  }

  /** Returns whether a file begins as these do. */
  static boolean isAt(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      String start = new String(in.readNBytes(HEADER.length()), StandardCharsets.UTF_8);
      return start.equals(HEADER) || start.startsWith("{\"row\":");
    }
  }

  void write(Judgement judgement) throws IOException {
    line(csv ? csv(judgement) : JSON.writeValueAsString(json(judgement)));
  }

  private void line(String text) throws IOException {
    out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private static String csv(Judgement of) {
    return of.row()
        + ","
        + of.isAlarm()
        + ","
        + of.pValue()
        + ","
        + of.scores().error()
        + ","
        + of.scores().relativeError()
        + ","
        + of.scores().surprise()
        + ","
        + of.scores().combined()
        + ","
        + joined(of, why -> why.dimensions().stream().map(each -> each.dimension()).toList())
        + ","
        + joined(of, why -> why.latents().stream().map(each -> each.latent()).toList());
  }

  private static String joined(Judgement of, Function<Explanation, List<Integer>> numbers) {
    return of.explanation()
        .map(
            why ->
                numbers.apply(why).stream().map(String::valueOf).collect(Collectors.joining(" ")))
        .orElse("");
  }

  private static ObjectNode json(Judgement of) {
    ObjectNode json = JSON.createObjectNode();
    json.put("row", of.row());
    json.put("alarm", of.isAlarm());
    json.put("p_value", of.pValue());
    json.put("error", of.scores().error());
    json.put("relative_error", of.scores().relativeError());
    json.put("surprise", of.scores().surprise());
    json.put("combined", of.scores().combined());
    of.explanation().ifPresent(why -> explain(json, why));
    return json;
  }

  private static void explain(ObjectNode json, Explanation why) {
    ArrayNode dimensions = json.putArray("dimensions");
    for (Explanation.Dimension each : why.dimensions()) {
      dimensions
          .addObject()
          .put("dimension", each.dimension())
          .put("value", each.value())
          .put("reconstruction", each.reconstruction())
          .put("part", each.part());
    }
    ArrayNode latents = json.putArray("latents");
    for (Explanation.Latent each : why.latents()) {
      latents
          .addObject()
          .put("latent", each.latent())
          .put("active", each.isActive())
          .put("activation", each.activation())
          .put("rate", each.rate())
          .put("surprise", each.surprise());
    }
  }
}
