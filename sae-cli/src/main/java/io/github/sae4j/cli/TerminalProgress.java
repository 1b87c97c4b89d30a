package io.github.sae4j.cli;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/** Shows progress as a line that is redrawn, with a bar if the terminal is wide enough. */
final class TerminalProgress implements Progress {
  private static final int REDRAW_MILLIS = 250;
  private static final int SHORTEST_BAR = 10;
  private static final int LONGEST_BAR = 30;

  private final ProgressBar bar;

  TerminalProgress(Console console, Pace pace, String label, long start) {
    bar =
        new ProgressBarBuilder()
            .setTaskName(label)
            .setInitialMax(pace.total())
            .startsFrom(start, Duration.ZERO)
            .setRenderer((state, width) -> render(state, pace, width))
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(console.err()))
            .build();
  }

  @Override
  public void update(long done, String detail) {
    bar.stepTo(done);
    bar.setExtraMessage(detail);
  }

  @Override
  public void close() {
    bar.close();
  }

  private static String render(ProgressState state, Pace pace, int width) {
    return line(state.getTaskName(), state.getCurrent(), pace, state.getExtraMessage(), width);
  }

  /** {@code train 53 % [===== ] 9,300/s 4 min 05 s left FVU 0.149}, at most {@code width} wide. */
  static String line(String label, long done, Pace pace, String detail, int width) {
    double fraction = pace.total() == 0 ? 1 : Math.min(1, (double) done / pace.total());
    String head = String.format(Locale.ROOT, "%s %3.0f %%", label, 100 * fraction);
    long left = pace.secondsLeft(done);
    String tail =
        String.format(
            Locale.ROOT,
            " %,d/s%s %s",
            Math.round(pace.rate(done)),
            left > 0 ? " " + Words.duration(left) + " left" : "",
            detail);
    int room = Math.min(LONGEST_BAR, width - head.length() - tail.length() - 4);
    String text = head + (room >= SHORTEST_BAR ? bar(fraction, room) : "") + tail.stripTrailing();
    return text.length() <= width ? text : text.substring(0, Math.max(0, width));
  }

  private static String bar(double fraction, int length) {
    int full = (int) Math.round(fraction * length);
    return " [" + "=".repeat(full) + " ".repeat(length - full) + "]";
  }
}
