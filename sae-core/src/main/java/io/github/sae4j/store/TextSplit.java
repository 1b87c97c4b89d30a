package io.github.sae4j.store;

import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps texts together where the rows of a dump are divided into rows to learn from and rows to
 * measure on: a text of which training saw a part, or a copy, is not unseen.
 */
public final class TextSplit {
  private static final int CHUNK = 1 << 16;

  private TextSplit() {}

  /**
   * The row at which to divide a dump so that no text lies on both sides.
   *
   * @param wanted first row to measure on, if texts did not matter
   * @return the first row of a text: that of the text after the one to which {@code wanted}
   *     belongs, unless that row begins a text itself; of the last text its own first row
   */
  public static long atTextStart(RowOrigins origins, long wanted) throws IOException {
    if (wanted <= 0 || wanted >= origins.rows()) {
      return wanted;
    }
    int before = origins.at(wanted - 1).example();
    long next = wanted;
    while (next < origins.rows() && origins.at(next).example() == before) {
      next++;
    }
    if (next < origins.rows()) {
      return next;
    }
    long first = wanted - 1;
    while (first > 0 && origins.at(first - 1).example() == before) {
      first--;
    }
    return first;
  }

  /**
   * Rows whose texts training did not see.
   *
   * @param rows those rows
   * @param leftOut rows of texts that training saw, word for word or in part; if no others would be
   *     left, all rows are kept
   */
  public record Unseen(ActivationSource rows, long leftOut) {}

  /**
   * The rows from {@code from} on whose texts do not occur before it.
   *
   * @param rows of the dump
   * @param dump with texts
   * @param from first row that training did not see
   */
  public static Unseen unseen(ActivationSource rows, ActivationDump dump, long from)
      throws IOException {
    BitSet measured = new BitSet();
    eachExample(dump.origins(), from, (row, example) -> measured.set(example));
    BitSet leftOut = seen(dump, from, measured);
    RowRuns.Builder kept = new RowRuns.Builder();
    eachExample(
        dump.origins(),
        from,
        (row, example) -> {
          if (!leftOut.get(example)) {
            kept.add(row, row + 1);
          }
        });
    long all = rows.rows() - from;
    return kept.rows() == 0
        ? new Unseen(rows.slice(from, rows.rows()), all)
        : new Unseen(new SelectedRows(rows, kept.build()), all - kept.rows());
  }

  /** The measured texts that training saw too. */
  private static BitSet seen(ActivationDump dump, long from, BitSet measured) throws IOException {
    List<TextRecord> texts = dump.texts();
    Set<String> trained = new HashSet<>();
    for (int text = measured.nextClearBit(0);
        text < texts.size();
        text = measured.nextClearBit(text + 1)) {
      trained.add(texts.get(text).text());
    }
    if (from > 0) {
      trained.add(texts.get(dump.origins().at(from - 1).example()).text());
    }
    BitSet seen = new BitSet();
    measured.stream().filter(text -> trained.contains(texts.get(text).text())).forEach(seen::set);
    return seen;
  }

  private interface ExampleConsumer {
    void accept(long row, int example);
  }

  private static void eachExample(RowOrigins origins, long from, ExampleConsumer consumer)
      throws IOException {
    int[] examples = new int[CHUNK];
    for (long row = from; row < origins.rows(); row += CHUNK) {
      int count = (int) Math.min(CHUNK, origins.rows() - row);
      origins.readExamples(row, count, examples);
      for (int i = 0; i < count; i++) {
        consumer.accept(row + i, examples[i]);
      }
    }
  }
}
