package io.github.sae4j.store;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * One part of a joined row: values {@code [offset, offset + width)} of each row.
 *
 * @param name name of the part, such as "input", "layer 3" or a model
 * @param offset index of its first value within the row
 * @param width number of values
 */
public record SourcePart(String name, int offset, int width) {

  public SourcePart {
    Objects.requireNonNull(name, "name");
    if (offset < 0 || width < 1 || offset > Integer.MAX_VALUE - width) {
      throw new IllegalArgumentException(
          "part '" + name + "' cannot have " + width + " values starting at " + offset);
    }
  }

  /** Returns the index after its last value within the row. */
  public int end() {
    return offset + width;
  }

  /**
   * Returns the width of the rows that parts make up.
   *
   * @throws IllegalArgumentException if there are none, two have the same name, or they are not
   *     contiguous from 0 on
   */
  public static int rowWidth(List<SourcePart> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a row needs at least one part");
    }
    Set<String> names = new HashSet<>();
    int end = 0;
    for (SourcePart part : parts) {
      if (part.offset() != end) {
        throw new IllegalArgumentException(
            "expected part '" + part.name() + "' at " + end + ", found it at " + part.offset());
      }
      if (!names.add(part.name())) {
        throw new IllegalArgumentException("two parts are named '" + part.name() + "'");
      }
      end = part.end();
    }
    return end;
  }
}
