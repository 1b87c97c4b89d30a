package io.github.sae4j.cli;

import java.util.concurrent.TimeUnit;

/**
 * Displays the progress of a long task. Closing it ends the display. Must be used from one thread.
 *
 * <p>On a terminal, a bar is redrawn; elsewhere, such as in a log, a plain line is written now and
 * then. Both show the rate and the time left.
 */
interface Progress extends AutoCloseable {

  /**
   * Reports progress.
   *
   * @param done total number of units done
   * @param detail further information, may be empty
   */
  void update(long done, String detail);

  @Override
  void close();

  /**
   * Starts the display of a task.
   *
   * @param label name of the task, one word
   * @param unit name of the counted units, in the plural
   * @param start units already done in an earlier run
   * @param total total number of units
   */
  static Progress start(Console console, String label, String unit, long start, long total) {
    Pace pace = new Pace(start, total, System::nanoTime);
    return console.terminal()
        ? new TerminalProgress(console, pace, label, start)
        : new LineProgress(console, pace, label, unit, TimeUnit.SECONDS.toNanos(10));
  }
}
