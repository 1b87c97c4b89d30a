package io.github.sae4j.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The examples in docs/formats.md, which must match what is read and written. */
public final class DocExample {
  private static final Path FORMATS = Path.of("..", "docs", "formats.md");

  private DocExample() {}

  /** Returns the code block that begins with {@code ```json NAME}. */
  public static String named(String name) throws IOException {
    Matcher block =
        Pattern.compile("```json " + name + "\\n(.*?)```", Pattern.DOTALL).matcher(document());
    if (!block.find()) {
      throw new IllegalArgumentException(FORMATS + " has no example " + name);
    }
    return block.group(1);
  }

  /** Returns the whole document. */
  public static String document() throws IOException {
    return Files.readString(FORMATS);
  }
}
