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

/** Pages of the class path with places such as <code>{{style}}</code> that are filled in. */
final class PageTemplate {
  private static final List<String> MARKS =
      List.of(
          "<meta name=\"generator\" content=\"sae4j\">",
          "<p class=\"eyebrow\">Sparse autoencoder ");

  /** Bytes within which a mark stands. */
  private static final int MARKED = 1 << 16;

  private PageTemplate() {}

  /** What goes into a place. */
  @FunctionalInterface
  interface Part {
    void write(Writer out) throws IOException;
  }

  /**
   * Writes a page, in one step.
   *
   * @param parts by the names of their places
   */
  static void write(Path page, String template, Map<String, Part> parts) throws IOException {
    String text = text(template);
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

  /** Whether a page was written by this class; those of older versions lack the mark. */
  static boolean isOwn(Path page) throws IOException {
    if (!Files.isRegularFile(page)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(page)) {
      String start = new String(in.readNBytes(MARKED), StandardCharsets.UTF_8);
      return MARKS.stream().anyMatch(start::contains);
    }
  }

  /** A file of the class path as it is. */
  static Part resource(String name) {
    return out -> out.write(text(name));
  }

  private static String text(String name) throws IOException {
    try (InputStream in = PageTemplate.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the class path lacks " + name + " of the report");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
