package io.github.sae4j.examples.anomaly;

import io.github.sae4j.examples.fashion.IdxImages;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The data sets of the study, from the files that {@code scripts/applications.sh} fetches. */
final class DataSets {
  private static final String NORMAL_STATE = "Rad.Flow";
  private static final String LEFT_OUT = "High"; // as usual: it is neither rare nor normal
  private static final Set<String> RARE_SOIL =
      Set.of("cotton crop", "damp grey soil", "vegetation stubble");
  private static final int WINDOW = 8;

  private DataSets() {}

  /** Statlog's Shuttle: {@code Rad.Flow} is normal, the rare states are anomalies. */
  static LabelledRows shuttle(Path file) throws IOException {
    return frame("Shuttle", file, "Class", Set.of(LEFT_OUT), NORMAL_STATE);
  }

  /** Statlog's Satellite: the three rarest kinds of soil are anomalies. */
  static LabelledRows satellite(Path file) throws IOException {
    return frame("Satellite", file, "classes", Set.of(), null);
  }

  private static LabelledRows frame(
      String name, Path file, String labels, Set<String> without, String normalOrNull)
      throws IOException {
    Map<String, RData.Column> columns = RData.read(file);
    RData.Column label = columns.remove(labels);
    if (label == null || label.levels().isEmpty()) {
      throw new MalformedFileException(file, -1, "expected a factor '" + labels + "'");
    }
    List<double[]> numbers = columns.values().stream().map(RData.Column::values).toList();
    LabelledRows.Builder rows = new LabelledRows.Builder();
    for (int i = 0; i < label.values().length; i++) {
      String level = label.levels().get((int) label.values()[i] - 1);
      float[] row = new float[numbers.size()];
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) numbers.get(j)[i];
      }
      if (!without.contains(level)) {
        boolean anomaly =
            normalOrNull == null ? RARE_SOIL.contains(level) : !level.equals(normalOrNull);
        rows.add(row, anomaly);
      }
    }
    return rows.build(name);
  }

  /**
   * A sensor network: eight successive readings of a mote, humidity and temperature; an anomaly if
   * the last of them is.
   */
  static LabelledRows sensors(String name, Path csv) throws IOException {
    LabelledRows.Builder rows = new LabelledRows.Builder();
    Map<String, Deque<float[]>> motes = new HashMap<>();
    List<String> lines = Files.readAllLines(csv);
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(",", -1); // reading, mote, indoor, humidity, temperature, label
      if (fields.length != 6) {
        throw new MalformedFileException(csv, -1, "expected 6 fields, found '" + line + "'");
      }
      Deque<float[]> window = motes.computeIfAbsent(fields[1], mote -> new ArrayDeque<>());
      window.add(new float[] {Float.parseFloat(fields[3]), Float.parseFloat(fields[4])});
      if (window.size() > WINDOW) {
        window.remove();
      }
      if (window.size() == WINDOW) {
        float[] row = new float[2 * WINDOW];
        int at = 0;
        for (float[] reading : window) {
          row[at++] = reading[0];
          row[at++] = reading[1];
        }
        rows.add(row, !fields[5].equals("0"));
      }
    }
    return rows.build(name);
  }

  /** Fashion-MNIST: one class is normal, the nine others are anomalies. */
  static LabelledRows fashion(Path directory, int normal, String what) throws IOException {
    LabelledRows.Builder rows = new LabelledRows.Builder();
    for (String part : List.of("train", "t10k")) {
      IdxImages images = IdxImages.read(directory, part, Integer.MAX_VALUE);
      for (int i = 0; i < images.count(); i++) {
        boolean isNormal = images.label(i) == normal;
        if (isNormal || i % 10 == 0) {
          rows.add(images.pixels(i), !isNormal);
        }
      }
    }
    return rows.build("Fashion-MNIST, " + what);
  }

  /** Embeddings of mails, a row each, whose concept is {@code spam} or {@code ham}. */
  static LabelledRows mails(Path path) throws IOException {
    LabelledRows.Builder rows = new LabelledRows.Builder();
    try (ActivationDump dump = ActivationDump.open(path);
        ActivationSource source = dump.source(null)) {
      int n = Math.toIntExact(source.rows());
      int[] example = new int[n];
      dump.origins().read(0, n, example, new int[n], new int[n], new int[n]);
      List<Boolean> spam = new ArrayList<>();
      dump.texts().forEach(text -> spam.add(text.concepts().contains("spam")));
      for (int i = 0; i < n; i++) {
        float[] row = new float[source.width()];
        source.read(i, 1, row, 0);
        rows.add(row, spam.get(example[i]));
      }
    }
    return rows.build("Mails");
  }
}
