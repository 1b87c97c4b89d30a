package io.github.sae4j.cli;

import io.github.sae4j.format.Printable;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;

/**
 * A command's output streams: results go to {@code out}, so they can be piped; progress, notes and
 * errors go to {@code err}.
 *
 * @param out receives results
 * @param err receives everything else
 * @param terminal whether {@code err} is a terminal on which a line can be redrawn
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {
  /**
   * Set by the launcher script, since Java cannot check whether the error stream alone is a
   * terminal.
   */
  static final String TERMINAL_PROPERTY = "sae4j.terminal";

  Console {
    Objects.requireNonNull(out, "out");
    Objects.requireNonNull(err, "err");
  }

  /** Returns the streams of this process. */
  static Console ofProcess() {
    return new Console(
        ResultStream.ofProcess(), ErrorStream.ofProcess(), Boolean.getBoolean(TERMINAL_PROPERTY));
  }

  /** Prints lines of the result, with other control characters escaped. */
  void result(String text) {
    text.lines().map(Printable::escaped).forEach(out::println);
    out.flush();
  }

  /** Prints a note, with control characters escaped. */
  void note(String line) {
    err.println(Printable.escaped(line));
    err.flush();
  }

  /** Prints the stack trace of an exception. */
  void trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    text.toString().replace("\t", "    ").lines().forEach(this::note);
  }
}
