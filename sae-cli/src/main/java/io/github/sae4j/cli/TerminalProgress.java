package io.github.sae4j.cli;

import java.text.DecimalFormat;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress as a bar that is redrawn. */
final class TerminalProgress implements Progress {
  private static final int REDRAW_MILLIS = 250;

  private final ProgressBar bar;

  TerminalProgress(Console console, String label, long start, long total) {
    bar =
        new ProgressBarBuilder()
            .setTaskName(label)
            .setInitialMax(total)
            .startsFrom(start, Duration.ZERO)
            .showSpeed(new DecimalFormat("#,##0"))
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(REDRAW_MILLIS)
            .setConsumer(new ConsoleProgressBarConsumer(console.err()))
            .build();
  }

  @Override
  public void update(long done, String detail) {
    bar.stepTo(done);
    bar.setExtraMessage(detail.isEmpty() ? "" : " " + detail);
  }

  @Override
  public void close() {
    bar.close();
  }
}
