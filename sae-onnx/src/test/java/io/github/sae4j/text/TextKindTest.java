package io.github.sae4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file's content, not its name, decides how it is read. */
class TextKindTest {
  private static final String LINES = "{\"text\": \"one\"}\n{\"text\": \"two\"}\n";
  private static final String ARRAY = "[{\"text\": \"one\"},\n \"two\"]\n";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl", "a.json", "a.ndjson", "a.txt", "a"})
  void jsonIsRecognisedWhateverItsName(String name) throws IOException {
    assertEquals(List.of("one", "two"), texts(write(name, LINES)));
    assertEquals(List.of("one", "two"), texts(write(name, ARRAY)));
    assertEquals(List.of("one"), texts(write(name, "{\"text\": \"one\"}")));
  }

  @Test
  void theKindOfTheFileIsReported() throws IOException {
    assertEquals("JSON Lines", taken(write("a.txt", LINES)));
    assertEquals("a JSON array", taken(write("a.json", ARRAY)));
    assertEquals("plain text, one text per line", taken(write("a.json", "one\ntwo")));
  }

  private static String taken(Path file) throws IOException {
    try (TextSource source = TextSource.open(file, TextFields.DEFAULTS)) {
      return source.describe().replace(file + ": ", "");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[Illustration]",
        "{curly} text",
        "[\"a\"] and more",
        "[1, 2]",
        "{\"text\": \"a\""
      })
  void textThatOnlyBeginsLikeJsonIsText(String line) throws IOException {
    assertEquals(List.of(line, "two"), texts(write("a.txt", line + "\ntwo\n")));
  }

  @Test
  void oneObjectOverSeveralLinesIsAText() throws IOException {
    for (String name : List.of("a.json", "a.jsonl", "a.txt", "d/a.json")) {
      Path file =
          write(name, "{\n  \"id\": 7,\n  \"text\": \"one\",\n  \"concepts\": [\"c\"]\n}\n");
      assertEquals(List.of("one"), texts(file));
      assertEquals("one JSON object", taken(file));
      assertEquals(List.of("one"), texts(name.equals("d/a.json") ? file.getParent() : file));
    }
  }

  @Test
  void aFewBrokenLinesDoNotMakeJsonPlainText() throws IOException {
    for (String name : List.of("a.json", "a.jsonl", "a.txt")) {
      assertEquals(List.of("one", "two"), texts(write(name, LINES + "{\"text\": \n")));
      assertEquals(List.of("one", "two"), texts(write(name, "{\"text\": \n" + LINES)));
    }
  }

  @Test
  void anEntirelyBrokenFileInADirectoryIsNamed() throws IOException {
    write("e/a.jsonl", LINES);
    Path broken = write("e/b.jsonl", "{\n[1]\n7\n");
    String message = refusal(broken.getParent());
    assertTrue(message.startsWith(broken.toRealPath() + ": line 1: not a JSON object"), message);
  }

  @Test
  void oneObjectIsRefusedWithItsFields() throws IOException {
    for (String name : List.of("a.json", "a.jsonl", "a.txt")) {
      Path file = write(name, "{\n  \"version\": 1,\n  \"data\": [{\"text\": \"one\"}]\n}\n");
      String message = refusal(file);
      assertTrue(
          message.startsWith(file + ": one JSON object, with the fields version, data"), message);
    }
  }

  /** The text is longer than the part of the file that decides its kind. */
  @Test
  void oneLongLineIsAText() throws IOException {
    String text = "a".repeat(100_000);
    for (String name : List.of("a.json", "a.jsonl", "a.txt")) {
      assertEquals(List.of(text), texts(write(name, "{\"text\": \"" + text + "\"}\n")));
      assertEquals(List.of(text), texts(write(name, "{\"text\": \"" + text + "\"}")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "fffe61000a00, UTF-16 text",
    "feff00610062, UTF-16 text",
    "1f8b080000, compressed with gzip",
    "28b52ffd0400, compressed with zstd",
    "504b030414000000, a zip archive",
    "50415231150015, a Parquet file",
    "610062006300640065006600, control characters",
    "cae5eecae5eecae5ee, invalid bytes",
  })
  void otherBytesAreRefused(String hex, String reason) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(hex);
    Path file = Files.write(directory.resolve("a.txt"), bytes);
    assertTrue(refusal(file).contains(reason), refusal(file));
    String inDirectory = refusal(directory);
    assertTrue(inDirectory.contains("a.txt") && inDirectory.contains(reason), inDirectory);
  }

  private static String refusal(Path file) {
    return assertThrows(
            MalformedFileException.class, () -> TextSource.open(file, TextFields.DEFAULTS).close())
        .getMessage();
  }

  @Test
  void hiddenFilesAndMetadataInADirectoryAreIgnored() throws IOException {
    write("d/._a.txt", "\0\5\26\7 resource fork");
    write("d/.git/b.txt", "hidden");
    write("d/.DS_Store", "\0\0\0\1Bud1");
    write("d/a.txt", "whole {\"text\"}\nfile");
    write("d/b.json", LINES);
    write("d/c.json", ARRAY);
    write("d/d.txt", LINES);
    write("d/dataset_info.json", "{\n \"features\": {\"text\": \"string\"}\n}");
    Path root = directory.resolve("d");
    List<String> expected =
        List.of("whole {\"text\"}\nfile", "one", "two", "one", "two", "one", "two");
    assertEquals(expected, texts(root));
    assertEquals(
        root
            + ": 1 file of plain text, one text per file; 2 files of JSON Lines; 1 file of a JSON array; without texts: dataset_info.json",
        describe(root));
    Path link = Files.createSymbolicLink(directory.resolve("link"), root);
    assertEquals(expected, texts(link));
  }

  private static String describe(Path path) throws IOException {
    try (TextSource source = TextSource.open(path, TextFields.DEFAULTS)) {
      return source.describe();
    }
  }

  @Test
  void brokenJsonIsReportedWithItsLine() throws IOException {
    Path lines = write("a.json", "\n{\"text\": \n{\"text\"\n");
    String expected = "line 2: not a JSON object: it ends unexpectedly, at column 9";
    assertTrue(refusal(lines).endsWith(expected), refusal(lines));
    Path array = write("a.json", "[\"one\",\n \"two\"");
    assertTrue(refusal(array).contains("line 2: not a JSON array"), refusal(array));
    Path element = write("a.json", "[{\"text\": 1}, 7]");
    String message = refusal(element);
    assertTrue(message.endsWith("element 0: field \"text\" must be a string, got 1"), message);
    assertEquals(List.of("one"), texts(write("a.json", "[\"one\", 7]")));
  }

  @Test
  void filesLinkedTwiceAreReadOnce() throws IOException {
    Path file = write("d/b.txt", "one");
    write("d/c.txt", "one");
    Path outside = write("e/o.txt", "two");
    Path root = directory.resolve("d");
    Files.createSymbolicLink(root.resolve("a.txt"), file);
    Files.createLink(root.resolve("z.txt"), file);
    Files.createSymbolicLink(root.resolve("o1.txt"), outside);
    Files.createSymbolicLink(root.resolve("o2.txt"), outside);
    assertEquals(List.of("one", "one", "two"), texts(root));
    assertEquals(
        root
            + ": 3 files of plain text, one text per file; linked again, and read once: a.txt, o2.txt, z.txt",
        describe(root));
  }

  @Test
  void anArrayWithoutEndIsRefused() throws IOException {
    Path open = write("a.json", "[\"one\",\n{\"text\": \"two},\n\"three\"]\n");
    String within = "not a JSON array: the file ends within an element that begins on line 2";
    assertTrue(refusal(open).endsWith(within), refusal(open));
    Path between = write("a.json", "[\"one\",\n");
    assertTrue(
        refusal(between).endsWith("line 2: not a JSON array: the file ends before the array does"),
        refusal(between));
    Path after = write("a.json", "[\"one\"] x");
    assertTrue(refusal(after).endsWith("after the array: something else follows"), refusal(after));
    Path broken = write("a.json", "[\n{\"text\":\n 1,}, {text: 1}]");
    assertTrue(refusal(broken).endsWith("element 0: not JSON at line 3"), refusal(broken));
  }

  @Test
  void checksumsDistinguishTexts() throws IOException {
    String one = checksum(write("a.jsonl", LINES));
    assertEquals(one, checksum(write("a.jsonl", LINES)));
    assertNotEquals(one, checksum(write("a.jsonl", LINES.replace("two", "two "))));
    assertNotEquals(
        one, checksum(write("a.jsonl", LINES.replace("two\"", "two\", \"concepts\": [\"c\"]"))));
  }

  private static String checksum(Path file) throws IOException {
    try (TextSource source = TextSource.open(file, TextFields.DEFAULTS)) {
      return source.checksum();
    }
  }

  private Path write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> texts(Path path) throws IOException {
    List<String> texts = new ArrayList<>();
    try (TextSource source = TextSource.open(path, TextFields.DEFAULTS)) {
      for (Optional<TextRecord> r = source.next(); r.isPresent(); r = source.next()) {
        texts.add(r.get().text());
      }
    }
    return texts;
  }
}
