package io.github.sae4j.store;

import java.io.IOException;
import java.util.Optional;

/** The texts of a dump, each with one row: its rows, pooled. Read once, from the first text on. */
public final class PooledTexts {
  private static final int BLOCK_VALUES = 1 << 18;

  private final ActivationSource rows;
  private final RowOrigins origins;
  private final Pooling pooling;
  private final int[] examples;
  private long done; // rows that were handed out
  private long read; // end of the rows whose texts are in the block
  private int next; // of the block

  /**
   * @param rows rows of the dump
   * @param origins which texts they belong to; the rows of a text follow each other
   */
  public PooledTexts(ActivationSource rows, RowOrigins origins, Pooling pooling) {
    this.rows = rows;
    this.origins = origins;
    this.pooling = pooling;
    this.examples = new int[Math.max(1, BLOCK_VALUES / rows.width())];
  }

  /**
   * A text's row.
   *
   * @param text index of the text in the dump
   * @param values {@code [width]}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Row(int text, float[] values) {}

  /** Returns the next text that has rows, or nothing at the end. */
  public Optional<Row> next() throws IOException {
    if (done == rows.rows()) {
      return Optional.empty();
    }
    int text = example();
    int width = rows.width();
    int count = 0;
    long first = done;
    while (done < rows.rows() && example() == text) {
      advance();
      count++;
    }
    float[] own = new float[Math.multiplyExact(count, width)];
    rows.read(first, count, own, 0);
    return Optional.of(new Row(text, pooling.of(own, count, width)));
  }

  /** Returns the number of rows of the dump that have been used. */
  public long rowsDone() {
    return done;
  }

  private int example() throws IOException {
    if (done == read) {
      int count = (int) Math.min(examples.length, rows.rows() - read);
      origins.readExamples(read, count, examples);
      read += count;
      next = 0;
    }
    return examples[next];
  }

  private void advance() {
    done++;
    next++;
  }
}
