package io.github.sae4j.dashboard;

import io.github.sae4j.format.AtomicFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Fills in page templates from the class path, with placeholders such as <code>{{style}}</code>.
 */
final class PageTemplate {
  private static final List<String> MARKS =
      List.of(
          "<meta name=\"generator\" content=\"sae4j\">",
          "<p class=\"eyebrow\">Sparse autoencoder ");

  /** Number of bytes at the start of a page that contain the mark. */
  private static final int MARKED = 1 << 16;

  private PageTemplate() {}

  /** The content of a placeholder. */
  @FunctionalInterface
  interface Part {
    void write(Writer out) throws IOException;
  }

  /**
   * Writes a page atomically.
   *
   * @param title the page's title
   * @param body name of the template of its body; the rest is the same for all pages
   * @param parts content by placeholder name
   */
  static void write(Path page, String title, String body, Map<String, Part> parts)
      throws IOException {
    String text = text("frame.html").replace("{{title}}", title).replace("{{body}}", text(body));
    AtomicFiles.write(
        page,
        out -> {
          Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
          for (String piece : text.split("(?=\\{\\{)|(?<=}})", -1)) {
            boolean place = piece.startsWith("{{") && piece.endsWith("}}");
            if (place) {
              parts.get(piece.substring(2, piece.length() - 2)).write(writer);
            } else {
              writer.write(piece);
            }
          }
          writer.flush();
        });
  }

  /**
   * Returns whether a page was written by this class; pages of some older versions lack the mark.
   */
  static boolean isOwn(Path page) throws IOException {
    if (!Files.isRegularFile(page)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(page)) {
      String start = new String(in.readNBytes(MARKED), StandardCharsets.UTF_8);
      return MARKS.stream().anyMatch(start::contains);
    }
  }

  /** Returns class path resources as they are, one after the other. */
  static Part resource(String... names) {
    return out -> {
      for (String name : names) {
        out.write(text(name));
      }
    };
  }

  private static String text(String name) throws IOException {
    try (InputStream in = PageTemplate.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the report's resource " + name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
