package io.github.sae4j.cli;

/** Exit codes of the process. */
final class ExitCode {
  static final int OK = 0;

  /** An internal error. */
  static final int INTERNAL = 1;

  /** Invalid options, files or settings. */
  static final int WRONG_INPUT = 2;

  /** {@code sae doctor} found a fault of the machine. */
  static final int FAULTY_MACHINE = 3;

  /** Stopped by Ctrl-C; shells use the same code. */
  static final int INTERRUPTED = 130;

  /** The reader of the results closed the pipe, as after SIGPIPE. */
  static final int CLOSED_PIPE = 141;

  private ExitCode() {}
}
