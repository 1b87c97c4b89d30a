package io.github.sae4j.eval;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.RowOrigins;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * A random sample of the texts of a dump and the position of their rows, in row order. The sample
 * is random because a corpus is often sorted by subject. Texts without rows are left out.
 */
final class TextSample {
  private static final int CHUNK = 1 << 16;

  private final List<TextRecord> texts;
  private final long[] firstRows;
  private final int[] rowCounts;

  private TextSample(List<TextRecord> texts, long[] firstRows, int[] rowCounts) {
    this.texts = texts;
    this.firstRows = firstRows;
    this.rowCounts = rowCounts;
  }

  /**
   * Samples a dump.
   *
   * @param description name of the dump, for messages
   * @throws IllegalArgumentException if no text of the dump has rows
   * @throws MalformedFileException if the rows of a text are not contiguous
   */
  static TextSample of(ActivationDump dump, String description, int maxTexts, long seed)
      throws IOException {
    List<TextRecord> all = dump.texts();
    long[] firstRows = new long[all.size()];
    int[] rowCounts = new int[all.size()];
    locate(dump.origins(), description, firstRows, rowCounts);
    List<Integer> chosen = new ArrayList<>();
    for (int text = 0; text < rowCounts.length; text++) {
      if (rowCounts[text] > 0) {
        chosen.add(text);
      }
    }
    if (chosen.isEmpty()) {
      throw new IllegalArgumentException(description + " has no text with activation rows");
    }
    if (chosen.size() > maxTexts) {
      Collections.shuffle(chosen, new Random(seed));
      chosen = new ArrayList<>(chosen.subList(0, maxTexts));
    }
    chosen.sort(Comparator.comparingLong(text -> firstRows[text]));
    return new TextSample(
        chosen.stream().map(all::get).toList(),
        chosen.stream().mapToLong(text -> firstRows[text]).toArray(),
        chosen.stream().mapToInt(text -> rowCounts[text]).toArray());
  }

  private static void locate(
      RowOrigins origins, String description, long[] firstRows, int[] rowCounts)
      throws IOException {
    int[] example = new int[CHUNK];
    int[] ignored = new int[CHUNK];
    int previous = -1;
    for (long row = 0; row < origins.rows(); row += CHUNK) {
      int count = (int) Math.min(CHUNK, origins.rows() - row);
      origins.read(row, count, example, ignored, ignored, ignored);
      for (int i = 0; i < count; i++) {
        int text = example[i];
        if (text < 0 || text >= rowCounts.length) {
          throw malformed(
              description,
              row + i,
              "refers to text " + text + ", but there are " + rowCounts.length + " texts");
        }
        if (text != previous && rowCounts[text] > 0) {
          throw malformed(
              description, row + i, "belongs to text " + text + ", whose rows are not contiguous");
        }
        if (rowCounts[text]++ == 0) {
          firstRows[text] = row + i;
        }
        previous = text;
      }
    }
  }

  private static MalformedFileException malformed(String description, long row, String reason) {
    return new MalformedFileException(Path.of(description), -1, "row " + row + " " + reason);
  }

  /** Returns the sampled texts; text t of the sample is at index t. */
  List<TextRecord> texts() {
    return texts;
  }

  int size() {
    return rowCounts.length;
  }

  /** Returns the number of rows of all sampled texts. */
  long rows() {
    return Arrays.stream(rowCounts).asLongStream().sum();
  }

  /** Returns the first row of a text in the dump. */
  long firstRow(int text) {
    return firstRows[text];
  }

  /** Returns the number of rows of a text. */
  int rowCount(int text) {
    return rowCounts[text];
  }
}
