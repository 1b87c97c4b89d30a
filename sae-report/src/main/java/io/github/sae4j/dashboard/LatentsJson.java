package io.github.sae4j.dashboard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.eval.ConceptMatch;
import io.github.sae4j.eval.ConceptSelection;
import io.github.sae4j.eval.Context;
import io.github.sae4j.eval.NearestLatents;
import io.github.sae4j.eval.TextStudy;
import io.github.sae4j.eval.TokenActivation;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes {@code latents.json}, what a report knows about each latent in machine-readable form, as
 * described in docs/formats.md. Latents are written one by one; an excerpt of a text is stored
 * once.
 */
final class LatentsJson {
  /** File name within the report's directory. */
  static final String FILE = "latents.json";

  private static final int VERSION = 1;

  private final Report report;
  private final JsonGenerator json;
  private final Map<Integer, ConceptMatch> labels;
  private final Excerpts excerpts = new Excerpts();

  private LatentsJson(Report report, JsonGenerator json) {
    this.report = report;
    this.json = json;
    this.labels = report.labels();
  }

  static void write(Path directory, Report report) throws IOException {
    AtomicFiles.write(
        directory.resolve(FILE),
        out -> {
          JsonFactory factory = new JsonFactory();
          factory.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
          try (JsonGenerator json = factory.createGenerator(out)) {
            json.setCodec(new ObjectMapper());
            new LatentsJson(report, json).writeAll();
          }
        });
  }

  private void writeAll() throws IOException {
    ReportHeader header = report.header();
    json.writeStartObject();
    json.writeStringField("format", "sae4j-latents");
    json.writeNumberField("version", VERSION);
    json.writeStringField("tool_version", report.origin().version());
    json.writeStringField("written", report.origin().written().toString());
    json.writeStringField("model", header.model());
    json.writeStringField("tensor", header.tensor());
    json.writeStringField("variant", header.variant());
    json.writeNumberField("n_in", header.nIn());
    json.writeNumberField("n_latents", header.nLatents());
    json.writeNumberField("rows", report.densities().rows());
    json.writeObjectField("summary", report.summary().toJson());
    writeConcepts();
    json.writeArrayFieldStart("latents");
    for (int latent = 0; latent < header.nLatents(); latent++) {
      json.writeRaw('\n');
      writeLatent(latent);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("texts");
    for (String text : excerpts.texts()) {
      json.writeRaw('\n');
      json.writeString(text);
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeRaw('\n');
  }

  private void writeConcepts() throws IOException {
    if (report.study().isEmpty()) {
      return;
    }
    ConceptSelection selection = report.study().get().selection();
    json.writeObjectFieldStart("concepts");
    json.writeNumberField("texts_read", selection.texts());
    json.writeNumberField("tested", selection.tested());
    json.writeNumberField("least_fraction", selection.fractions().least());
    json.writeNumberField("most_fraction", selection.fractions().most());
    writeLeftOut("too_rare", selection.tooRare());
    writeLeftOut("too_common", selection.tooCommon());
    json.writeEndObject();
  }

  private void writeLeftOut(String name, List<ConceptSelection.Carried> leftOut)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (ConceptSelection.Carried concept : leftOut) {
      json.writeNumberField(concept.concept(), concept.texts());
    }
    json.writeEndObject();
  }

  private void writeLatent(int latent) throws IOException {
    List<Context> contexts =
        report.study().map(study -> study.contexts().of(latent)).orElse(List.of());
    ConceptMatch label = labels.get(latent);
    json.writeStartObject();
    json.writeNumberField("latent", latent);
    json.writeNumberField("density", report.densities().density(latent));
    json.writeNumberField(
        "largest_activation", contexts.isEmpty() ? 0 : contexts.get(0).activation());
    json.writeFieldName("label");
    writeLabel(label);
    json.writeArrayFieldStart("contexts");
    for (Context context : contexts) {
      writeContext(context, label);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("nearest");
    for (NearestLatents.Neighbour neighbour : report.nearest().of(latent)) {
      json.writeStartObject();
      json.writeNumberField("latent", neighbour.latent());
      json.writeNumberField("cosine", neighbour.cosine());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void writeLabel(ConceptMatch label) throws IOException {
    if (label == null) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    json.writeStringField("concept", label.concept());
    json.writeBooleanField("match", label.isMatch());
    json.writeNumberField("threshold", label.threshold());
    json.writeNumberField("precision", label.precision());
    json.writeNumberField("recall", label.recall());
    json.writeNumberField("f1", label.f1());
    json.writeNumberField("needed_f1", label.neededF1());
    json.writeNumberField("texts", label.texts());
    json.writeEndObject();
  }

  private void writeContext(Context context, ConceptMatch label) throws IOException {
    TextStudy study = report.study().orElseThrow();
    TextRecord text = study.texts().get(context.text());
    Excerpts.Shown shown = excerpts.add(text.text(), context);
    json.writeStartObject();
    json.writeStringField("id", text.id());
    json.writeNumberField("text", shown.number());
    json.writeNumberField("activation", context.activation());
    json.writeBooleanField(
        "carries_label", label != null && text.concepts().contains(label.concept()));
    json.writeArrayFieldStart("tokens");
    for (TokenActivation token : shown.tokens()) {
      json.writeStartObject();
      json.writeNumberField("start", token.start());
      json.writeNumberField("end", token.end());
      json.writeNumberField("activation", token.value());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
