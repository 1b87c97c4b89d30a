package io.github.sae4j.store;

import java.io.IOException;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps texts together when the rows of a dump are divided into training and evaluation rows: a
 * text is not unseen if training saw a part or a copy of it.
 */
public final class TextSplit {
  private static final int CHUNK = 1 << 16;

  private TextSplit() {}

  /**
   * Returns the row at which to divide a dump so that no text is on both sides.
   *
   * @param wanted the first evaluation row if texts did not matter
   * @return the first row of a text: {@code wanted} if a text begins there, otherwise the start of
   *     the next text, or of the last text if there is no next
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
   * Rows whose texts were not seen in training.
   *
   * @param rows the rows
   * @param leftOut number of rows of texts that training saw in full or in part; if no other rows
   *     are left, all rows are kept
   */
  public record Unseen(ActivationSource rows, long leftOut) {}

  /**
   * Returns the rows from {@code from} on whose texts do not occur before it.
   *
   * @param rows rows of the dump
   * @param dump a dump with texts
   * @param from the first row that training did not see
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

  /** Returns the evaluation texts that training also saw. */
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
