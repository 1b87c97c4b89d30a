package io.github.sae4j.examples.anomaly;

import io.github.sae4j.format.MalformedFileException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The first data frame of an unpacked file of R's {@code save}: columns of numbers and factors, in
 * the binary form (XDR) of R's <i>R Internals</i>, section 1.8.
 */
final class RData {
  private static final int NIL = 254;
  private static final int REFERENCE = 255;
  private static final int SYMBOL = 1;
  private static final int PAIRS = 2;
  private static final int CHARS = 9;
  private static final int LOGICALS = 10;
  private static final int INTEGERS = 13;
  private static final int REALS = 14;
  private static final int STRINGS = 16;
  private static final int LIST = 19;
  private static final int HAS_ATTRIBUTES = 1 << 9;
  private static final int HAS_TAG = 1 << 10;
  private static final int MOST = 1 << 26;

  private final Path file;
  private final DataInputStream in;
  private final List<String> symbols = new ArrayList<>();

  private RData(Path file, DataInputStream in) {
    this.file = file;
    this.in = in;
  }

  /** A vector, or a pair list as a list, with its attributes. */
  private record Value(Object content, Map<String, Value> attributes) {
    List<?> list() {
      return (List<?>) content;
    }
  }

  /** A column: numbers, or the number of each row's level from 1 if there are levels. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Column(double[] values, List<String> levels) {}

  /** Returns the columns of a file's first data frame by name. */
  static Map<String, Column> read(Path file) throws IOException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      return new RData(file, in).frame();
    } catch (EOFException e) {
      throw new MalformedFileException(file, -1, "the file ends within a data frame");
    } catch (ClassCastException | NullPointerException | IndexOutOfBoundsException e) {
      throw new MalformedFileException(file, -1, "expected a data frame of numbers and factors");
    }
  }

  private Map<String, Column> frame() throws IOException {
    String magic = new String(in.readNBytes(7), StandardCharsets.US_ASCII);
    if (!magic.equals("RDX2\nX\n")) {
      throw new MalformedFileException(file, 0, "expected unpacked R data of version 2 (RDX2)");
    }
    in.skipNBytes(12); // versions of the format and of R
    Value frame = (Value) value().list().get(0);
    List<?> names = frame.attributes().get("names").list();
    Map<String, Column> columns = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      Value column = (Value) frame.list().get(i);
      Value levels = column.attributes().get("levels");
      List<String> named = new ArrayList<>();
      if (levels != null) {
        levels.list().forEach(level -> named.add((String) level));
      }
      columns.put((String) names.get(i), new Column((double[]) column.content(), named));
    }
    return columns;
  }

  private Value value() throws IOException {
    int flags = in.readInt();
    int kind = flags & 0xff;
    return switch (kind) {
      case NIL -> new Value(List.of(), Map.of()); // R: an empty pair list
      case REFERENCE -> new Value(symbols.get((flags >>> 8) - 1), Map.of());
      case SYMBOL -> {
        String name = (String) value().content();
        symbols.add(name);
        yield new Value(name, Map.of());
      }
      case CHARS -> {
        int length = in.readInt();
        yield new Value(
            length < 0 ? "" : new String(in.readNBytes(length), StandardCharsets.UTF_8), Map.of());
      }
      case PAIRS -> new Value(new ArrayList<>(pairs(flags).values()), Map.of());
      case LOGICALS, INTEGERS, REALS, STRINGS, LIST -> {
        Object content = content(kind, length());
        Map<String, Value> attributes =
            (flags & HAS_ATTRIBUTES) == 0 ? Map.of() : pairs(in.readInt());
        yield new Value(content, attributes);
      }
      default -> throw new MalformedFileException(file, -1, "R objects of kind " + kind);
    };
  }

  private int length() throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MOST) {
      throw new MalformedFileException(file, -1, "a vector of " + length + " values");
    }
    return length;
  }

  private Object content(int kind, int length) throws IOException {
    if (kind == STRINGS || kind == LIST) {
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < length; i++) {
        Value element = value();
        list.add(kind == STRINGS ? element.content() : element);
      }
      return list;
    }
    double[] numbers = new double[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = kind == REALS ? in.readDouble() : in.readInt();
    }
    return numbers;
  }

  /** Reads a pair list whose first pair has these flags. */
  private Map<String, Value> pairs(int first) throws IOException {
    Map<String, Value> pairs = new LinkedHashMap<>();
    for (int flags = first; (flags & 0xff) != NIL; flags = in.readInt()) {
      if ((flags & 0xff) != PAIRS || (flags & HAS_TAG) == 0 || (flags & HAS_ATTRIBUTES) != 0) {
        throw new MalformedFileException(file, -1, "expected named pairs, found " + flags);
      }
      String name = (String) value().content();
      pairs.put(name, value());
    }
    return pairs;
  }
}
