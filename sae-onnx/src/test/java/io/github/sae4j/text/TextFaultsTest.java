package io.github.sae4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.sae4j.store.TextRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults in texts are counted but stop nothing. */
class TextFaultsTest {
  @TempDir Path directory;
  private TextFaults faults;

  @Test
  void unusableTextsAreSkippedAndCounted() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"text": "one"}
            {"text": ""}
            {"text": null}
            {"body": "x"}
            null
            {"text": " \\t"}
            "two"
            """);
    assertEquals(List.of("a.jsonl:1 one", "a.jsonl:7 two"), readAll(file));
    assertEquals(5, faults.passedOver());
    assertEquals("skipped 5 texts: 1 without the field, 2 null, 2 empty", faults.describe());
  }

  /** As for lines: an element that is not JSON hides none of the others. */
  @Test
  void brokenElementsOfAnArrayAreSkippedAndCounted() throws IOException {
    Path file =
        write(
            "a.json",
            """
            [{"text": "one, [two], \\"three\\""}, {text: 1},
             {"text" "x", "ids": [1, {"a": 2}]},
             {"text": "x",}, None, ,
             {"text": "x"]}, "four\\\\"
            , {"text": "five", "ids": [1, {"a": "]"}]},]
            """);
    assertEquals(
        List.of("a.json[0] one, [two], \"three\"", "a.json[7] four\\", "a.json[8] five"),
        readAll(file));
    assertEquals("skipped 7 texts: 7 not JSON (the first is a.json[1])", faults.describe());
    String longest = "x".repeat(TextLines.MOST_BYTES - 2);
    assertEquals(
        List.of("a.json[0] " + longest, "a.json[2] y"),
        readAll(write("a.json", "[\"%s\", \"%sx\", \"y\"]".formatted(longest, longest))));
    assertEquals("skipped 1 text: 1 longer than 16 MiB", faults.describe());
  }

  @Test
  void bytesThatAreNotUtf8BecomeReplacementCharacters() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write("caf".getBytes(StandardCharsets.UTF_8));
    bytes.write(0xe9); // é in Latin-1
    bytes.write("\nna\u00efve \uFFFD is a character\n".getBytes(StandardCharsets.UTF_8));
    List<String> expected =
        List.of("a.txt:1 caf\uFFFD", "a.txt:2 na\u00efve \uFFFD is a character");
    assertEquals(expected, readAll(write("a.txt", bytes.toByteArray())));
    assertEquals(1, faults.count(TextFault.NOT_UTF8));
    assertEquals("1 text with bytes that are not UTF-8, which became U+FFFD", faults.describe());
    byte[] array = "[\"caf?\", \"right\"]".getBytes(StandardCharsets.UTF_8);
    array[5] = (byte) 0xe9;
    assertEquals(
        List.of("a.json[0] caf\uFFFD", "a.json[1] right"), readAll(write("a.json", array)));
    assertEquals(1, faults.count(TextFault.NOT_UTF8));
  }

  @Test
  void byteOrderMarksAndCarriageReturnsAreStripped() throws IOException {
    String mark = "\uFEFF";
    assertEquals(
        List.of("a.txt:1 one", "a.txt:2 two", "a.txt:4 three"),
        readAll(write("a.txt", mark + "one\r\ntwo\r\rthree")));
    assertEquals(
        List.of("b.jsonl:1 one"), readAll(write("b.jsonl", mark + "{\"text\":\"one\"}\r\n")));
    assertEquals(List.of("c.json[0] one"), readAll(write("c.json", mark + "[\"one\"]")));
    write("d/a.txt", mark + "one\r\ntwo");
    assertEquals(List.of("a.txt one\ntwo"), readAll(directory.resolve("d")));
  }

  @Test
  void tooLongLinesAreSkipped() throws IOException {
    String most = "x".repeat(TextLines.MOST_BYTES);
    Path file = write("a.txt", "one\n" + most + "y\n" + most + "\ntwo\n");
    try (TextSource source = TextSource.open(file, TextFields.DEFAULTS)) {
      assertEquals(3, source.total());
      assertEquals("one", source.next().orElseThrow().text());
      assertEquals(most, source.next().orElseThrow().text());
      assertEquals("a.txt:4", source.next().orElseThrow().id());
      assertEquals(1, source.faults().count(TextFault.TOO_LONG));
    }
  }

  @Test
  void aFieldThatNoObjectHasIsRefusedListingTheExistingOnes() throws IOException {
    Path file = write("a.jsonl", "{\"body\": \"one\", \"label\": 3}\n{\"body\": null}\n");
    assertEquals(
        file + ": no object has the text field \"text\"; the fields found are: body, label",
        refusal(file, TextFields.DEFAULTS));
    assertEquals(
        file + ": no object has the concepts field \"tag\"; the fields found are: body, label",
        refusal(file, new TextFields("body", "id", "tag")));
    assertEquals(
        file + ": no object has the id field \"key\"; the fields found are: body, label",
        refusal(file, new TextFields("body", "key", "concepts")));
    assertEquals(
        file + " holds no text: all texts were skipped: 1 without the field, 1 null",
        refusal(write("a.jsonl", "{\"text\": null}\n{\"body\": \"a\"}\n"), TextFields.DEFAULTS));
  }

  private static String refusal(Path file, TextFields options) {
    return assertThrows(
            IllegalArgumentException.class, () -> TextSource.open(file, options).close())
        .getMessage();
  }

  private Path write(String name, String content) throws IOException {
    return write(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(String name, byte[] content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  /** Names and texts. */
  private List<String> readAll(Path path) throws IOException {
    List<String> texts = new ArrayList<>();
    try (TextSource source = TextSource.open(path, TextFields.DEFAULTS)) {
      for (Optional<TextRecord> r = source.next(); r.isPresent(); r = source.next()) {
        texts.add(r.get().id() + " " + r.get().text());
      }
      assertEquals(source.total(), texts.size());
      faults = source.faults();
    }
    return texts;
  }
}
