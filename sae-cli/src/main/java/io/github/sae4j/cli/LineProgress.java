package io.github.sae4j.cli;

/** Shows progress as plain lines, at most one per interval plus one at the end. */
final class LineProgress implements Progress {
  private final Console console;
  private final Pace pace;
  private final String label;
  private final String unit;
  private final long intervalNanos;
  private long nextNanos;
  private long printed = -1;
  private long done = -1;
  private String detail = "";

  LineProgress(Console console, Pace pace, String label, String unit, long intervalNanos) {
    this.console = console;
    this.pace = pace;
    this.label = label;
    this.unit = unit;
    this.intervalNanos = intervalNanos;
    this.nextNanos = intervalNanos;
  }

  @Override
  public void update(long nowDone, String nowDetail) {
    done = nowDone;
    detail = nowDetail;
    if (pace.nanos() >= nextNanos) {
      print();
      nextNanos = pace.nanos() + intervalNanos;
    }
  }

  @Override
  public void close() {
    if (done > printed) {
      print();
    }
  }

  private void print() {
    printed = done;
    StringBuilder line = new StringBuilder(label).append(": ").append(Words.count(done));
    if (pace.total() > 0) {
      line.append(" of ").append(Words.count(pace.total())).append(' ').append(unit);
      line.append(" (").append(Words.percent((double) done / pace.total())).append(')');
    } else {
      line.append(' ').append(unit);
    }
    line.append(", ").append(Words.count(Math.round(pace.rate(done)))).append(" a second");
    long left = pace.secondsLeft(done);
    if (left > 0) {
      line.append(", ").append(Words.duration(left)).append(" left");
    }
    if (!detail.isEmpty()) {
      line.append("; ").append(detail);
    }
    console.note(line.toString());
  }
}
