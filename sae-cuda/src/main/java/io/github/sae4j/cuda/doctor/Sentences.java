package io.github.sae4j.cuda.doctor;

import java.util.Locale;

/** Words for messages. */
final class Sentences {
  private static final double GIB = 1L << 30;

  private Sentences() {}

  /** Returns the message of the deepest cause on one line, without a full stop. */
  static String ofRoot(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : message.strip().replaceAll("\\s*\\R\\s*", " ").replaceFirst("\\.$", "");
  }

  /** {@code 139.8 GiB}. */
  static String gibibytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
  }
}
