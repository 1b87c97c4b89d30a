package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long now;

  @Test
  void writesALineEachIntervalWithRateAndTimeLeft() {
    Console console = new Console(stream, stream, false);
    Pace pace = new Pace(100, 1_100, () -> now);
    long interval = TimeUnit.SECONDS.toNanos(10);
    try (Progress progress = new LineProgress(console, pace, "train", "tokens", interval)) {
      seconds(5);
      progress.update(200, "early");
      seconds(10);
      progress.update(300, "");
      seconds(15);
      progress.update(400, "too soon");
      seconds(20);
      progress.update(500, "L0 32.0");
      seconds(40);
      progress.update(1_100, "end");
      progress.update(1_100, "end");
    }
    assertEquals(
        List.of(
            "train: 300 of 1,100 tokens (27.3 %), 20 a second, 40 s left",
            "train: 500 of 1,100 tokens (45.5 %), 20 a second, 30 s left; L0 32.0",
            "train: 1,100 of 1,100 tokens (100.0 %), 25 a second; end"),
        bytes.toString(StandardCharsets.UTF_8).lines().toList());
  }

  private void seconds(long seconds) {
    now = TimeUnit.SECONDS.toNanos(seconds);
  }

  @Test
  void aTerminalGetsABarWhereThereIsRoom() {
    Pace pace = new Pace(0, 1_000, () -> now);
    seconds(10);
    String bar = " [" + "=".repeat(15) + " ".repeat(15) + "]";
    assertEquals(
        "train  50 %" + bar + " 50/s 10 s left FVU 0.149",
        TerminalProgress.line("train", 500, pace, "FVU 0.149", 100));
    assertEquals(
        "train  50 % 50/s 10 s left FVU 0.149",
        TerminalProgress.line("train", 500, pace, "FVU 0.149", 40));
    assertEquals("train  50 %", TerminalProgress.line("train", 500, pace, "FVU 0.149", 11));
  }

  @Test
  void durationsReadWell() {
    assertEquals("59 s", Words.duration(59));
    assertEquals("3 min 05 s", Words.duration(185));
    assertEquals("2 h 10 min", Words.duration(2 * 3600 + 10 * 60 + 59));
  }
}
