package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Numbers use the digits of the default locale only in messages, which only people read; file
 * names, JSON, pictures and pages do not depend on the locale.
 */
class LocaleSourcesTest {
  private static final Pattern NUMBER =
      Pattern.compile("\"(?:[^\"\\\\\\n]|\\\\.)*%[-+,0-9.]*[dxfeg](?:[^\"\\\\\\n]|\\\\.)*\"");
  private static final Pattern MESSAGE =
      Pattern.compile(
          "Exception\\(|malformed\\(|require\\(|diverged\\(|super\\(|note\\(|Locale\\.ROOT");

  /** How many characters before a format its statement may begin. */
  private static final int BEFORE = 500;

  @Test
  void machineReadableNumbersAreFormattedInTheRootLocale() throws IOException {
    List<String> found = new ArrayList<>();
    for (String module : List.of("sae-core", "sae-onnx", "sae-cli")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src", "main", "java"))) {
        for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
          find(file, Files.readString(file), found);
        }
      }
    }
    assertEquals(List.of(), found);
  }

  private static void find(Path file, String source, List<String> found) {
    Matcher number = NUMBER.matcher(source);
    while (number.find()) {
      String after = source.substring(number.end(), Math.min(source.length(), number.end() + 60));
      boolean formatted = after.stripLeading().startsWith(".formatted(");
      String before = source.substring(Math.max(0, number.start() - BEFORE), number.start());
      boolean call = before.stripTrailing().endsWith("String.format(");
      if ((formatted || call) && !MESSAGE.matcher(before).find()) {
        found.add(file.getFileName() + ": " + number.group());
      }
    }
  }
}
