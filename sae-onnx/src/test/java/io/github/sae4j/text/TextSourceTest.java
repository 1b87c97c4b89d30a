package io.github.sae4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextSourceTest {
  @TempDir Path directory;

  @Test
  void plainFileHoldsOneTextPerLine() throws IOException {
    Path file = write("notes.txt", "\uFEFFfirst text\r\n\n  \n second \uD83D\uDE00 text \n");
    assertEquals(
        List.of(
            new TextRecord("notes.txt:1", "first text", List.of()),
            new TextRecord("notes.txt:4", "second \uD83D\uDE00 text", List.of())),
        readAll(file, TextFields.DEFAULTS));
  }

  @Test
  void jsonLinesHoldTextIdAndConcepts() throws IOException {
    Path file =
        write(
            "a.jsonl",
            """
            {"text": "one", "id": "x", "concepts": ["a", "b"], "other": 1}

            {"text": " two ", "id": 7, "concepts": "c"}
            {"text": "three"}
            """);
    assertEquals(
        List.of(
            new TextRecord("x", "one", List.of("a", "b")),
            new TextRecord("7", " two ", List.of("c")),
            new TextRecord("a.jsonl:4", "three", List.of())),
        readAll(file, TextFields.DEFAULTS));
  }

  @Test
  void fieldNamesCanBeChosen() throws IOException {
    Path file = write("a.jsonl", "{\"body\": \"one\", \"name\": \"n\", \"tags\": [\"t\"]}\n");
    assertEquals(
        List.of(new TextRecord("n", "one", List.of("t"))),
        readAll(file, new TextFields("body", "name", "tags")));
  }

  @Test
  void directoryIsReadInOrderOfPaths() throws IOException {
    write("d/b.txt", "whole\nfile\n");
    write("d/a.jsonl", "{\"text\": \"line 1\"}\n{\"text\": \"line 2\"}\n");
    write("d/deeper/c.txt", "deep");
    write("d/ignored.csv", "1,2");
    Path root = directory.resolve("d");
    assertEquals(
        List.of("line 1", "line 2", "whole\nfile\n", "deep"),
        readAll(root, TextFields.DEFAULTS).stream().map(TextRecord::text).toList());
    try (TextSource source = TextSource.open(root, TextFields.DEFAULTS)) {
      assertEquals(4, source.total());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"text\": \"a\"   | not a JSON object",
        "[1, 2]             | not a JSON object",
        "{\"text\": \"a\"} x | not a JSON object",
        "{\"text\": 3}      | field \"text\" must be a string, got 3",
        "{\"text\": [\"a\"]} | field \"text\" must be a string, got array",
        "{\"text\": \"a\", \"concepts\": {\"b\": 1}} | field \"concepts\" is not an array of strings",
        "{\"text\": \"a\", \"concepts\": [1]} | field \"concepts\" is not an array of strings",
        "{\"text\": \"a\", \"id\": []} | field \"id\" is neither a string nor a number",
      })
  void badLinesAreSkippedUnlessAllAreBad(String line, String reason) throws IOException {
    Path one = write("one.jsonl", "{\"text\": \"good\"}\n\n" + line + "\n\"last\"\n" + line + "\n");
    List<String> texts = readAll(one, TextFields.DEFAULTS).stream().map(TextRecord::text).toList();
    assertEquals(List.of("good", "last"), texts);
    try (TextSource source = TextSource.open(one, TextFields.DEFAULTS)) {
      while (source.next().isPresent()) {}
      String faults = source.faults().describe();
      assertTrue(faults.startsWith("skipped 2 texts: 2 "), faults);
      assertTrue(faults.endsWith(" (the first is one.jsonl:3)"), faults);
    }
    Path file = write("bad.jsonl", "\n\n" + line + "\n" + line + "\n");
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> readAll(file, TextFields.DEFAULTS));
    assertTrue(e.getMessage().startsWith(file + ": line 3: " + reason), e.getMessage());
  }

  @Test
  void nullConceptsAreIgnored() throws IOException {
    Path file = write("nulls.jsonl", "{\"text\": \"a\", \"concepts\": [null, \"b\", null]}\n");
    assertEquals(List.of("b"), readAll(file, TextFields.DEFAULTS).get(0).concepts());
  }

  @Test
  void nothingToReadIsAnError() throws IOException {
    Path blank = write("blank.txt", " \n\n");
    Path empty = write("empty.jsonl", "");
    Path none = Files.createDirectory(directory.resolve("none"));
    for (Path path : List.of(blank, empty, none)) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> TextSource.open(path, TextFields.DEFAULTS));
      assertTrue(e.getMessage().startsWith(path + " holds no text"), e.getMessage());
    }
    write("one/empty.txt", "\n");
    IllegalArgumentException all =
        assertThrows(
            IllegalArgumentException.class,
            () -> TextSource.open(directory.resolve("one"), TextFields.DEFAULTS));
    assertTrue(all.getMessage().endsWith("all texts were skipped: 1 empty"), all.getMessage());
    assertThrows(
        NoSuchFileException.class,
        () -> TextSource.open(directory.resolve("missing"), TextFields.DEFAULTS));
  }

  private Path write(String name, String content) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private static List<TextRecord> readAll(Path path, TextFields options) throws IOException {
    List<TextRecord> records = new ArrayList<>();
    try (TextSource source = TextSource.open(path, options)) {
      for (Optional<TextRecord> r = source.next(); r.isPresent(); r = source.next()) {
        records.add(r.get());
      }
      assertEquals(source.total(), records.size());
    }
    return records;
  }
}
