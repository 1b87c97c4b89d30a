package io.github.sae4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Something to do that may fail for reasons of input and output. */
@FunctionalInterface
interface IoRunnable {
  void run() throws IOException;

  /** Does it where no checked exception may pass. */
  static void unchecked(IoRunnable what) {
    try {
      what.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
