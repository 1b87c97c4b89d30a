package io.github.sae4j.eval;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.format.FiniteJson;
import io.github.sae4j.format.Json;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.train.SweepRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The SAEs of a sweep side by side, all measured on the same rows.
 *
 * @param source description of where the rows came from
 * @param rows number of rows measured
 * @param points the measured SAEs, in the order of the sweep
 */
public record SweepTable(String source, long rows, List<SweepPoint> points) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  public SweepTable {
    Objects.requireNonNull(source, "source");
    points = List.copyOf(points);
  }

  /**
   * Reads finished SAEs and measures them, each on a device as its run asks for.
   *
   * @param directory directory of the sweep
   * @param groups runs whose SAEs are held in memory together; the rows are read once per group
   * @throws IllegalArgumentException if there are no rows, or their width differs from an SAE's
   */
  public static SweepTable measure(
      Path directory, List<List<SweepRun>> groups, ActivationSource rows, Progress progress)
      throws IOException {
    List<SweepPoint> points = new ArrayList<>();
    long total = groups.size() * rows.rows();
    for (List<SweepRun> group : groups) {
      long before = groups.indexOf(group) * rows.rows();
      List<SparseAutoencoder> saes = new ArrayList<>();
      try {
        for (SweepRun run : group) {
          Path directoryOfSae = directory.resolve(run.name()).resolve("sae");
          SparseAutoencoder sae = SaeDirectory.read(directoryOfSae).sae();
          saes.add(sae);
          sae.computeOn(DeviceEngines.spread(run.config().device(), saes.size() - 1));
        }
        List<EvalReport> reports =
            Evaluator.evaluateAll(
                saes, rows, EvalOptions.ALL, (done, all) -> progress.rows(before + done, total));
        for (int i = 0; i < group.size(); i++) {
          points.add(SweepPoint.of(group.get(i), reports.get(i)));
        }
      } finally {
        saes.forEach(SparseAutoencoder::free);
      }
    }
    return new SweepTable(rows.title(), rows.rows(), points);
  }

  /** Returns the table with its points in the order of these runs. */
  public SweepTable inOrderOf(List<SweepRun> runs) {
    Map<String, SweepPoint> byRun = new LinkedHashMap<>();
    points.forEach(point -> byRun.put(point.run(), point));
    return new SweepTable(
        source,
        rows,
        runs.stream().map(run -> byRun.get(run.name())).filter(Objects::nonNull).toList());
  }

  /**
   * Returns the table as a JSON object; undefined numbers (such as FVU of constant rows) are null.
   */
  public ObjectNode toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("source", source);
    json.put("rows", rows);
    json.putArray("runs").addAll(points.stream().map(SweepTable::fields).toList());
    return json;
  }

  private static ObjectNode fields(SweepPoint point) {
    return FiniteJson.of(JSON.<ObjectNode>valueToTree(point));
  }

  /** Writes {@link #toJson} to a file, indented. */
  public void writeJson(Path file) throws IOException {
    AtomicFiles.writeString(file, JSON.writeValueAsString(toJson()) + "\n");
  }

  /** Writes a header line and one line per SAE; null becomes an empty field. */
  public void writeCsv(Path file) throws IOException {
    StringBuilder csv = new StringBuilder();
    for (SweepPoint point : points) {
      ObjectNode fields = fields(point);
      if (csv.isEmpty()) {
        csv.append(line(fields.fieldNames())).append('\n');
      }
      // run names need no quotes
      Iterator<String> values =
          Json.fields(fields).stream()
              .map(Map.Entry::getValue)
              .map(value -> value.isNull() ? "" : value.asText())
              .iterator();
      csv.append(line(values)).append('\n');
    }
    AtomicFiles.writeString(file, csv.toString());
  }

  private static String line(Iterator<String> values) {
    List<String> cells = new ArrayList<>();
    values.forEachRemaining(cells::add);
    return String.join(",", cells);
  }

  /** Returns the table as text for a console. */
  public String toText() {
    int width = points.stream().mapToInt(point -> point.run().length()).max().orElse(0);
    String form = "%-" + Math.max(3, width) + "s %10s %8s %8s %8s %8s";
    StringBuilder text = new StringBuilder();
    text.append(form.formatted("run", "L0", "FVU", "EV", "dead", "cosine"));
    for (SweepPoint p : points) {
      text.append('\n')
          .append(
              String.format(
                  Locale.ROOT,
                  form,
                  p.run(),
                  decimals(2, p.l0()),
                  decimals(4, p.fvu()),
                  decimals(4, p.explainedVariance()),
                  decimals(1, 100 * p.deadFraction()) + " %",
                  decimals(4, p.cosine())));
    }
    return text.toString();
  }

  private static String decimals(int digits, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + digits + "f", value) : "-";
  }
}
