package io.github.sae4j.cli;

import java.util.concurrent.TimeUnit;

/**
 * How far a long task is. Closing it ends the display. Used from one thread.
 *
 * <p>On a terminal a bar is redrawn; elsewhere, in a log for example, a plain line is written now
 * and then. Both show the rate and the time left.
 */
interface Progress extends AutoCloseable {

  /**
   * Reports progress.
   *
   * @param done units that are done in all
   * @param detail what else is worth a look, may be empty
   */
  void update(long done, String detail);

  @Override
  void close();

  /**
   * Starts the display of a task.
   *
   * @param label what is done, one word
   * @param unit of what is counted, in the plural
   * @param start units that were done before, in an earlier run
   * @param total units in all
   */
  static Progress start(Console console, String label, String unit, long start, long total) {
    Pace pace = new Pace(start, total, System::nanoTime);
    return console.terminal()
        ? new TerminalProgress(console, pace, label, start)
        : new LineProgress(console, pace, label, unit, TimeUnit.SECONDS.toNanos(10));
  }
}
