package io.github.sae4j.cli;

import java.io.PrintStream;
import java.util.Objects;

/**
 * Where a command speaks: results on {@code out}, so that they can be piped; progress, notes and
 * errors on {@code err}.
 *
 * @param out receives results
 * @param err receives everything else
 * @param terminal whether {@code err} is a terminal on which a line can be redrawn
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {
  /** Set by the launcher script, since Java cannot ask about the error stream alone. */
  static final String TERMINAL_PROPERTY = "sae4j.terminal";

  Console {
    Objects.requireNonNull(out, "out");
    Objects.requireNonNull(err, "err");
  }

  /** The streams of this process. */
  static Console ofProcess() {
    return new Console(System.out, System.err, Boolean.getBoolean(TERMINAL_PROPERTY));
  }

  /** Prints a line of the result. */
  void result(String line) {
    out.println(line);
    out.flush();
  }

  /** Prints a line about what is going on. */
  void note(String line) {
    err.println(line);
    err.flush();
  }
}
