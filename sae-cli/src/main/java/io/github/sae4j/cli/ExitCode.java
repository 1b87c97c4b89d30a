package io.github.sae4j.cli;

/** What the process tells its caller. */
final class ExitCode {
  static final int OK = 0;

  /** A fault of this program. */
  static final int INTERNAL = 1;

  /** Wrong options, files or settings. */
  static final int WRONG_INPUT = 2;

  /** Stopped by Ctrl-C, as shells have it. */
  static final int INTERRUPTED = 130;

  /** The reader of the results has gone, as after SIGPIPE. */
  static final int CLOSED_PIPE = 141;

  private ExitCode() {}
}
