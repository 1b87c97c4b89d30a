package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The command run in this process.
 *
 * @param exitCode what it returned
 * @param out what it printed as result
 * @param err what else it said
 */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false);
    int exitCode = Sae.run(console, words);
    return new CommandRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** Passes if the command succeeded. */
  CommandRun succeeded() {
    assertEquals(ExitCode.OK, exitCode, err);
    return this;
  }

  /** Passes if the command refused its input in one sentence that holds these words. */
  void refused(String... words) {
    assertEquals(ExitCode.WRONG_INPUT, exitCode, err);
    assertEquals("", out);
    assertEquals(1, err.lines().count(), err);
    assertTrue(err.startsWith("sae"), err);
    assertFalse(err.contains("at io.github"), err);
    assertFalse(err.contains("Exception"), err);
    for (String word : words) {
      assertTrue(err.contains(word), () -> "expected '" + word + "' in: " + err);
    }
  }
}
