package io.github.sae4j.format;

import java.util.List;
import java.util.stream.Collectors;

/** Describes a file's contents other than supported tensors. */
public final class Unread {
  private static final int SHOWN = 8;

  private Unread() {}

  /**
   * Returns a clause to append to a list of tensors, {@code ; not read: x (U16 [40])}, or nothing.
   */
  public static String listed(TensorFile file) {
    if (file.unread().isEmpty()) {
      return "";
    }
    int hidden = file.unread().size() - SHOWN;
    return file.unread().entrySet().stream()
        .limit(SHOWN)
        .map(
            each ->
                each.getKey().isEmpty()
                    ? each.getValue()
                    : "%s (%s)".formatted(each.getKey(), each.getValue()))
        .collect(
            Collectors.joining(", ", "; not read: ", hidden > 0 ? " and " + hidden + " more" : ""));
  }

  /** Formats a type and a shape for messages. */
  static String of(String type, List<Long> shape) {
    return type + " " + shape;
  }
}
