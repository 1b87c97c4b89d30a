package io.github.sae4j.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Checks that row i of two dumps comes from the same token of the same text, for every i. */
final class RowCorrespondence {
  private static final int BLOCK_ROWS = 1 << 16;
  private static final int EXCERPT = 60;

  private final ActivationDump expected;
  private final ActivationDump found;

  private RowCorrespondence(ActivationDump expected, ActivationDump found) {
    this.expected = expected;
    this.found = found;
  }

  /**
   * Compares two dumps of the same number of rows: the origins of all rows, then ids and texts.
   * Concepts may differ, because no row depends on them. If a dump has no texts, nothing is
   * compared.
   *
   * @throws IllegalArgumentException if they differ; the message names the dumps, the first row
   *     that differs, and both values
   */
  static void require(ActivationDump expected, ActivationDump found) throws IOException {
    boolean known = expected.hasTexts() && found.hasTexts();
    if (known && !Files.isSameFile(expected.directory(), found.directory())) {
      RowCorrespondence dumps = new RowCorrespondence(expected, found);
      dumps.requireSameOrigins();
      dumps.requireSameTexts();
    }
  }

  private void requireSameOrigins() throws IOException {
    int[][] left = new int[ShardLayout.ORIGINS.size()][BLOCK_ROWS];
    int[][] right = new int[ShardLayout.ORIGINS.size()][BLOCK_ROWS];
    long rows = expected.origins().rows();
    for (long first = 0; first < rows; first += BLOCK_ROWS) {
      int count = (int) Math.min(BLOCK_ROWS, rows - first);
      read(expected, first, count, left);
      read(found, first, count, right);
      int at = firstDifference(left, right, count);
      if (at < count) {
        throw refusal(
            "row " + (first + at), text(expected, first + at), text(found, first + at), "comes");
      }
    }
  }

  private static void read(ActivationDump dump, long first, int count, int[][] to)
      throws IOException {
    dump.origins().read(first, count, to[0], to[1], to[2], to[3]);
  }

  /** Returns the first row that differs, {@code count} if none does. */
  private static int firstDifference(int[][] left, int[][] right, int count) {
    int first = count;
    for (int i = 0; i < left.length; i++) {
      int at = Arrays.mismatch(left[i], 0, first, right[i], 0, first);
      first = at < 0 ? first : at;
    }
    return first;
  }

  private static String text(ActivationDump dump, long row) throws IOException {
    RowOrigin origin = dump.origins().at(row);
    return String.format(
        Locale.ROOT,
        "from text %d, token %d, characters %d to %d",
        origin.example(),
        origin.token(),
        origin.start(),
        origin.end());
  }

  private void requireSameTexts() throws IOException {
    if (Files.mismatch(texts(expected), texts(found)) < 0) {
      return; // equal bytes need not be decoded into texts
    }
    List<TextRecord> left = expected.texts();
    List<TextRecord> right = found.texts();
    if (left.size() != right.size()) {
      throw refusal("the list of texts", left.size() + " texts", right.size() + " texts", "has");
    }
    for (int i = 0; i < left.size(); i++) {
      TextRecord a = left.get(i);
      TextRecord b = right.get(i);
      if (!a.id().equals(b.id()) || !a.text().equals(b.text())) {
        int from = a.id().equals(b.id()) ? differenceOf(a, b) : 0;
        throw refusal(firstRowOf(i), excerpt(a, from), excerpt(b, from), "comes from");
      }
    }
  }

  private static Path texts(ActivationDump dump) {
    return dump.directory().resolve(ShardLayout.TEXTS);
  }

  private static int differenceOf(TextRecord a, TextRecord b) {
    int at = Arrays.mismatch(a.text().toCharArray(), b.text().toCharArray());
    return Math.max(0, at - EXCERPT / 2);
  }

  /** Returns the text's id and some of its characters, on one line. */
  private static String excerpt(TextRecord text, int from) {
    int to = Math.min(text.text().length(), from + EXCERPT);
    String cut = text.text().substring(Math.min(from, to), to).replaceAll("\\p{Cntrl}", " ");
    return "text '%s' \"%s%s%s\""
        .formatted(text.id(), from > 0 ? "…" : "", cut, to < text.text().length() ? "…" : "");
  }

  private String firstRowOf(int example) throws IOException {
    int[][] origins = new int[ShardLayout.ORIGINS.size()][BLOCK_ROWS];
    long rows = expected.origins().rows();
    OptionalLong row = OptionalLong.empty();
    for (long first = 0; first < rows && row.isEmpty(); first += BLOCK_ROWS) {
      int count = (int) Math.min(BLOCK_ROWS, rows - first);
      read(expected, first, count, origins);
      for (int i = 0; i < count && row.isEmpty(); i++) {
        row = origins[0][i] == example ? OptionalLong.of(first + i) : row;
      }
    }
    return row.isPresent() ? "row " + row.getAsLong() : "text " + example + ", which has no row,";
  }

  private IllegalArgumentException refusal(String place, String wanted, String seen, String verb) {
    return new IllegalArgumentException(
        "%s and %s do not hold the same rows: %s of %s %s %s, but that of %s %s %s"
            .formatted(
                expected.directory(),
                found.directory(),
                place,
                expected.directory(),
                verb,
                wanted,
                found.directory(),
                verb,
                seen));
  }
}
