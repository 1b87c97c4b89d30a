package io.github.sae4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.eval.EvalReport;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.onnx.SpliceOutcome;
import io.github.sae4j.onnx.SplicedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Results of splices, as a table and as JSON.
 *
 * @param tensor the replaced tensor
 * @param outcomes outcomes of all interventions
 * @param texts outcome of each text
 */
record SpliceReport(String tensor, List<SpliceOutcome> outcomes, List<SplicedText> texts) {
  private static final ObjectMapper JSON = new ObjectMapper();

  String table() {
    int longest = outcomes.stream().mapToInt(each -> each.name().length()).max().orElse(0);
    StringBuilder table = new StringBuilder();
    table.append(
        "%s  %8s  %8s  %18s  %18s%n"
            .formatted(
                " ".repeat(longest), "cosine", "FVU", "recovered (mean)", "recovered (zeros)"));
    for (SpliceOutcome each : outcomes) {
      table.append(
          String.format(
              Locale.ROOT,
              "%-" + longest + "s  %8.4f  %8.4f  %16.1f %%  %16.1f %%%n",
              each.name(),
              each.cosine(),
              each.fvu(),
              100 * each.recoveredOfMean(),
              100 * each.recoveredOfZero()));
    }
    return table.toString().stripTrailing();
  }

  ObjectNode toJson() {
    ObjectNode root = JSON.createObjectNode();
    root.put("tensor", tensor);
    ArrayNode rows = root.putArray("interventions");
    for (SpliceOutcome each : outcomes) {
      ObjectNode row = rows.addObject();
      row.put("name", each.name());
      EvalReport.putNumber(row, "cosine", each.cosine());
      EvalReport.putNumber(row, "lost", each.lost());
      EvalReport.putNumber(row, "fvu", each.fvu());
      EvalReport.putNumber(row, "recovered_of_mean", each.recoveredOfMean());
      EvalReport.putNumber(row, "recovered_of_zero", each.recoveredOfZero());
    }
    return root;
  }

  /** Writes one line of JSON per text. */
  void writeTexts(Path file) throws IOException {
    AtomicFiles.write(
        file,
        out -> {
          for (SplicedText text : texts) {
            out.write(JSON.writeValueAsBytes(toJson(text)));
            out.write('\n');
          }
        });
  }

  private static ObjectNode toJson(SplicedText text) {
    ObjectNode line = JSON.createObjectNode();
    line.put("id", text.id());
    line.put("tokens", text.tokens());
    line.put("rows", text.rows());
    ArrayNode rows = line.putArray("interventions");
    for (SplicedText.Outcome each : text.outcomes()) {
      ObjectNode row = rows.addObject();
      row.put("name", each.name());
      EvalReport.putNumber(row, "cosine", each.cosine());
      EvalReport.putNumber(row, "fvu", each.fvu());
    }
    return line;
  }
}
