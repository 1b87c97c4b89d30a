package io.github.sae4j.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.eval.ConceptFindings;
import io.github.sae4j.eval.ConceptMatch;
import io.github.sae4j.eval.ConceptSelection;
import io.github.sae4j.eval.Context;
import io.github.sae4j.eval.NearestLatents;
import io.github.sae4j.eval.TextStudy;
import io.github.sae4j.eval.TokenActivation;
import java.io.IOException;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The data of a page as JSON that is safe inside a {@code <script>} element: {@code <}, {@code >}
 * and {@code &} are escaped. Latents are arrays because there are thousands of them:
 *
 * <pre>
 * latent   [density, largest activation, label or null, [context …], [latent, cosine, …]]
 * label    [concept, precision, recall, F1, texts with the concept, 1 if it is a match]
 * context  [text, 1 if it carries the label, [start, end, activation, …]]
 * </pre>
 */
final class ReportJson {
  private static final int LEFT_OUT_SHOWN = 60;
  private static final MathContext DIGITS = new MathContext(4);

  private final Report report;
  private final Excerpts excerpts = new Excerpts();
  private final Map<Integer, ConceptMatch> labels;

  private ReportJson(Report report) {
    this.report = report;
    this.labels = report.labels();
  }

  /**
   * Writes the data without closing the writer.
   *
   * @param plots the plots that could be drawn
   */
  static void write(Report report, List<Plot.Drawn> plots, Writer out) throws IOException {
    JsonFactory factory =
        new JsonFactoryBuilder()
            .characterEscapes(new ScriptEscapes())
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .build();
    try (JsonGenerator json = factory.createGenerator(out)) {
      json.setCodec(new ObjectMapper());
      json.writeStartObject();
      new ReportJson(report).writeAll(plots, json);
      json.writeEndObject();
    }
  }

  private void writeAll(List<Plot.Drawn> plots, JsonGenerator json) throws IOException {
    ReportOrigin origin = report.origin();
    json.writeObjectFieldStart("origin");
    json.writeStringField("version", origin.version());
    json.writeStringField("command", origin.command());
    json.writeStringField("written", origin.written().toString());
    json.writeEndObject();
    json.writePOJOField("header", report.header());
    json.writePOJOField("evaluation", report.evaluation().toJson());
    writeStudy(json);
    writePlots(plots, json);
    json.writeNumberField("rows", report.densities().rows());
    json.writeArrayFieldStart("latents");
    for (int latent = 0; latent < report.header().nLatents(); latent++) {
      writeLatent(latent, json);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("texts");
    for (String text : excerpts.texts()) {
      json.writeString(text);
    }
    json.writeEndArray();
  }

  private void writeStudy(JsonGenerator json) throws IOException {
    if (report.study().isEmpty()) {
      return;
    }
    TextStudy study = report.study().get();
    json.writeNumberField("textsRead", study.texts().size());
    writeSelection(study.selection(), json);
    if (study.concepts().isPresent()) {
      ConceptFindings found = study.concepts().get();
      json.writeObjectFieldStart("concepts");
      json.writePOJOField("sae", found.sae());
      json.writePOJOField("neurons", found.neurons());
      json.writePOJOField("random", found.random());
      json.writeEndObject();
    }
  }

  private static void writeSelection(ConceptSelection selection, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart("selection");
    json.writeNumberField("texts", selection.texts());
    json.writeNumberField("tested", selection.tested());
    json.writePOJOField("fractions", selection.fractions());
    json.writeBooleanField("widened", selection.widened());
    writeLeftOut("tooRare", selection.tooRare(), json);
    writeLeftOut("tooCommon", selection.tooCommon(), json);
    json.writeEndObject();
  }

  private static void writeLeftOut(
      String name, List<ConceptSelection.Carried> leftOut, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("count", leftOut.size());
    json.writePOJOField(
        "most",
        leftOut.stream()
            .sorted(Comparator.comparingInt(ConceptSelection.Carried::texts).reversed())
            .limit(LEFT_OUT_SHOWN)
            .toList());
    json.writeEndObject();
  }

  private static void writePlots(List<Plot.Drawn> plots, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("plots");
    for (Plot.Drawn plot : plots) {
      json.writeStartObject();
      json.writeStringField("name", plot.plot().name());
      json.writeStringField("image", plot.dataUri());
      json.writeStringField("title", plot.plot().title());
      json.writeStringField("explanation", plot.plot().explanation());
      json.writeStringField("alt", plot.plot().alt());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeLatent(int latent, JsonGenerator json) throws IOException {
    ConceptMatch label = labels.get(latent);
    List<Context> contexts =
        report.study().map(study -> study.contexts().of(latent)).orElse(List.of());
    json.writeStartArray();
    number(report.densities().density(latent), json);
    number(contexts.isEmpty() ? 0 : contexts.get(0).activation(), json);
    writeLabel(label, json);
    json.writeStartArray();
    for (Context context : contexts) {
      writeContext(context, label, json);
    }
    json.writeEndArray();
    json.writeStartArray();
    for (NearestLatents.Neighbour neighbour : report.nearest().of(latent)) {
      json.writeNumber(neighbour.latent());
      json.writeNumber(BigDecimal.valueOf(Math.round(neighbour.cosine() * 100), 2));
    }
    json.writeEndArray();
    json.writeEndArray();
  }

  private static void writeLabel(ConceptMatch label, JsonGenerator json) throws IOException {
    if (label == null) {
      json.writeNull();
      return;
    }
    json.writeStartArray();
    json.writeString(label.concept());
    number(label.precision(), json);
    number(label.recall(), json);
    number(label.f1(), json);
    json.writeNumber(label.texts());
    json.writeNumber(label.isMatch() ? 1 : 0);
    json.writeEndArray();
  }

  private void writeContext(Context context, ConceptMatch label, JsonGenerator json)
      throws IOException {
    var text = report.study().orElseThrow().texts().get(context.text());
    Excerpts.Shown shown = excerpts.add(text.text(), context);
    boolean carries = label != null && text.concepts().contains(label.concept());
    json.writeStartArray();
    json.writeNumber(shown.number());
    json.writeNumber(carries ? 1 : 0);
    json.writeStartArray();
    for (TokenActivation token : shown.tokens()) {
      json.writeNumber(token.start());
      json.writeNumber(token.end());
      number(token.value(), json);
    }
    json.writeEndArray();
    json.writeEndArray();
  }

  /** Writes four digits, which are enough for display. */
  private static void number(double value, JsonGenerator json) throws IOException {
    if (!Double.isFinite(value)) {
      json.writeNull();
    } else if (value == 0) {
      json.writeNumber(0);
    } else {
      json.writeNumber(BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros().toString());
    }
  }
}
