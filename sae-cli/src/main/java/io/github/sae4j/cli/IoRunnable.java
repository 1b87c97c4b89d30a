package io.github.sae4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A task that may throw an IOException. */
@FunctionalInterface
interface IoRunnable {
  void run() throws IOException;

  /** Runs a task where checked exceptions are not allowed. */
  static void unchecked(IoRunnable what) {
    try {
      what.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
