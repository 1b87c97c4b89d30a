package io.github.sae4j.format;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Determines which columns of an Arrow file hold float rows, and where a record batch has their
 * buffers (<a href="https://arrow.apache.org/docs/format/Columnar.html">Arrow columnar format</a>,
 * buffer listing for each layout).
 */
final class ArrowSchema {
  private static final int NULL = 1;
  private static final int FLOATING_POINT = 3;
  private static final int LIST = 12;
  private static final int STRUCT = 13;
  private static final int UNION = 14;
  private static final int FIXED_SIZE_LIST = 16;
  private static final int LARGE_LIST = 21;
  private static final int RUN_END = 22;
  private static final int BINARY_VIEW = 23;
  private static final int TEXT_VIEW = 24;
  private static final int LIST_VIEW = 25;
  private static final int LARGE_LIST_VIEW = 26;
  private static final int MOST_DEPTH = 32;
  private static final int MOST_FIELDS = 100_000;

  private final Map<String, Column> columns = new LinkedHashMap<>();
  private int nodes;
  private int buffers;
  private boolean variable; // of a kind whose number of buffers the schema does not give

  /** How the lengths of a level's lists are given. */
  enum Lengths {
    OFFSETS_32,
    OFFSETS_64,
    FIXED
  }

  /**
   * A level of lists.
   *
   * @param fixed length of {@link Lengths#FIXED} lists
   */
  record Level(Lengths lengths, long fixed) {}

  /**
   * Lists of lists … of floats.
   *
   * @param firstNode index of the outermost level's node; the floats' node comes {@code
   *     levels.size()} later
   * @param firstBuffer index of the outermost level's first buffer
   * @param readable whether its buffers can be determined from the schema alone
   */
  record Column(
      String name,
      List<Level> levels,
      DType dtype,
      int firstNode,
      int firstBuffer,
      boolean readable) {

    /** Returns the number of a level's buffers: validity, and offsets if there are any. */
    int buffersOf(int level) {
      return levels.get(level).lengths() == Lengths.FIXED ? 1 : 2;
    }
  }

  /**
   * Reads a schema.
   *
   * @throws IllegalArgumentException if it is big-endian, or larger than plausible
   */
  ArrowSchema(FlatTable schema) {
    if (schema.shortAt(0) != 0) {
      throw new IllegalArgumentException("its numbers are big-endian, which is not supported");
    }
    for (int i = 0; i < schema.length(1, Integer.BYTES); i++) {
      FlatTable field = schema.element(1, i);
      int firstNode = nodes;
      int firstBuffer = buffers;
      boolean readable = !variable;
      count(field, 0);
      addColumn(field, firstNode, firstBuffer, readable);
    }
  }

  /** Returns the columns by name. */
  Map<String, Column> columns() {
    return columns;
  }

  private void count(FlatTable field, int depth) {
    if (depth > MOST_DEPTH || ++nodes > MOST_FIELDS) {
      throw new IllegalArgumentException("its schema has implausibly many fields");
    }
    if (field.has(4)) { // a dictionary: the field is its indices
      buffers += 2;
      return;
    }
    int type = field.byteAt(2);
    switch (type) {
      case NULL, RUN_END -> {}
      case STRUCT, FIXED_SIZE_LIST -> buffers += 1;
      case UNION -> buffers += field.table(3).map(union -> union.shortAt(0)).orElse(0) == 0 ? 1 : 2;
      case BINARY_VIEW, TEXT_VIEW -> variable = true;
      case LIST_VIEW, LARGE_LIST_VIEW -> buffers += 3;
      case 4, 5, 19, 20 -> buffers += 3; // binary and text, with either offset size
      default -> buffers += 2;
    }
    for (int c = 0; c < field.length(5, Integer.BYTES); c++) {
      count(field.element(5, c), depth + 1);
    }
  }

  private void addColumn(FlatTable field, int firstNode, int firstBuffer, boolean readable) {
    List<Level> levels = new ArrayList<>();
    FlatTable inner = field;
    while (!inner.has(4) && inner.length(5, Integer.BYTES) == 1 && levels.size() < MOST_DEPTH) {
      switch (inner.byteAt(2)) {
        case LIST -> levels.add(new Level(Lengths.OFFSETS_32, 0));
        case LARGE_LIST -> levels.add(new Level(Lengths.OFFSETS_64, 0));
        case FIXED_SIZE_LIST ->
            levels.add(
                new Level(Lengths.FIXED, inner.table(3).map(list -> list.intAt(0)).orElse(0)));
        default -> {
          return;
        }
      }
      inner = inner.element(5, 0);
    }
    if (levels.isEmpty() || inner.has(4) || inner.byteAt(2) != FLOATING_POINT) {
      return;
    }
    DType dtype =
        switch (inner.table(3).map(type -> type.shortAt(0)).orElse(0)) {
          case 0 -> DType.F16;
          case 1 -> DType.F32;
          default -> DType.F64;
        };
    String name = field.string(0);
    columns.put(
        name, new Column(name, List.copyOf(levels), dtype, firstNode, firstBuffer, readable));
  }
}
