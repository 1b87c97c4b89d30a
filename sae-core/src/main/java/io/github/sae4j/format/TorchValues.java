package io.github.sae4j.format;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The values that a {@link TorchPickle} builds, apart from Java's own. */
final class TorchValues {
  private TorchValues() {}

  /**
   * The numbers of a storage in a file.
   *
   * @param typeOrNull null if tensors carry their own type
   * @param key the entry of the zip file, below data/
   */
  record Storage(TorchGlobals.Type typeOrNull, String key) {}

  /**
   * A view of a storage: offset and strides in elements.
   *
   * @param negated whether its numbers are the stored ones with opposite sign
   */
  record Tensor(
      Storage storage,
      TorchGlobals.Type type,
      long offset,
      List<Long> shape,
      List<Long> strides,
      boolean negated) {

    boolean isRead() {
      return type.dtype().filter(dtype -> dtype.isFloat() || !negated).isPresent();
    }
  }

  /**
   * A harmless value that is not read.
   *
   * @param what description for messages
   */
  record Opaque(String what) {}

  /** Python's None, which an ArrayDeque cannot hold as null. */
  enum None {
    NONE
  }

  /**
   * Returns the key itself, or its text if it is not a string or integer. Containers are never
   * keys, because their hash would cover all their contents.
   */
  static Object key(Object key) {
    if (key instanceof String || key instanceof Long) {
      return key;
    }
    if (key instanceof List<?> tuple) {
      return tuple.stream().map(TorchValues::scalar).collect(Collectors.joining(", ", "(", ")"));
    }
    if (key instanceof Map) {
      throw new IllegalArgumentException("a dictionary has a key that is not a string");
    }
    return scalar(key);
  }

  private static String scalar(Object value) {
    boolean isShort =
        value instanceof String || value instanceof Number || value instanceof Boolean;
    return isShort ? value.toString() : value instanceof Opaque opaque ? opaque.what() : "…";
  }
}
