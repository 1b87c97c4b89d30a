package io.github.sae4j.examples.anomaly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.format.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Turns SpamAssassin's mails into texts for {@code sae harvest}: subject and body without other
 * headers and without markup, so that only what was written can tell spam.
 *
 * <pre>
 * MailTexts DIR OUT.jsonl    DIR holds spam-1, easy-ham-1, …, each a directory of JSON files
 * </pre>
 */
public final class MailTexts {
  private static final int MOST = 2000; // characters of a body
  private static final Pattern SUBJECT = Pattern.compile("(?im)^subject:[ \\t]*(.*)$");
  private static final Pattern MARKUP = Pattern.compile("<[^>]*>|&[a-z]{2,6};");
  private static final Pattern SPACES = Pattern.compile("\\s+");

  private MailTexts() {}

  public static void main(String[] words) throws IOException {
    ObjectMapper json = new ObjectMapper();
    StringBuilder lines = new StringBuilder();
    for (Path file : files(Path.of(words[0]))) {
      JsonNode mail = json.readTree(file.toFile());
      String group = mail.path("group").asText();
      ObjectNode line = json.createObjectNode();
      line.put("id", group + "/" + mail.path("id").asText());
      line.put("text", text(mail.path("text").asText()));
      line.putArray("concepts").add(group.startsWith("spam") ? "spam" : "ham");
      lines.append(json.writeValueAsString(line)).append('\n');
    }
    AtomicFiles.writeString(Path.of(words[1]), lines.toString());
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(path -> path.toString().endsWith(".json"))
          .filter(path -> path.getParent().getFileName().toString().matches(".*(spam|ham)-\\d"))
          .sorted()
          .toList();
    }
  }

  /** Returns the subject and the body of a mail. */
  static String text(String mail) {
    int end = mail.indexOf("\n\n");
    String head = end < 0 ? mail : mail.substring(0, end);
    String body = end < 0 ? "" : mail.substring(end);
    Matcher subject = SUBJECT.matcher(head);
    String all =
        (subject.find() ? subject.group(1) + ". " : "") + MARKUP.matcher(body).replaceAll(" ");
    String words = SPACES.matcher(all).replaceAll(" ").strip();
    return words.isEmpty() ? "empty" : words.substring(0, Math.min(MOST, words.length()));
  }
}
