package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Joins dumps on disk: only rows that come from the same tokens may be joined. */
class JoinedDumpsTest {
  private static final List<TextRecord> TEXTS =
      List.of(text("a", "red green blue"), text("b", "", "empty"), text("c", "one two"));
  private static final List<RowOrigin> ORIGINS =
      List.of(
          new RowOrigin(0, 1, 0, 3),
          new RowOrigin(0, 2, 4, 9),
          new RowOrigin(0, 3, 10, 14),
          new RowOrigin(2, 1, 0, 3),
          new RowOrigin(2, 2, 4, 7));

  @TempDir Path dir;

  @Test
  void tensorsOfOneDump() throws IOException {
    Path dump = write("dump", "m", TEXTS, ORIGINS, 2);
    try (JoinedSource rows =
        JoinedSource.open(
            List.of(new PartFile("input", dump, "x"), new PartFile("target", dump, "y")))) {
      assertEquals(
          List.of(new SourcePart("input", 0, 2), new SourcePart("target", 2, 1)), rows.parts());
      assertRows(new float[] {0, 0, 10, 1, 1, 11, 2, 2, 12, 3, 3, 13, 4, 4, 14}, rows);
      assertEquals("m", rows.provenance().model());
      assertEquals("x + y", rows.provenance().tensor());
      assertEquals(
          "[input: dump (3 files), tensor x; target: dump (3 files), tensor y]",
          rows.provenance().dump());
      assertTrue(
          rows.description().matches("\\[input: .*dump .*tensor x; target: .*tensor y]"),
          rows.description());
    }
  }

  @Test
  void dumpsOfTwoModels() throws IOException {
    Path base = write("base", "base.onnx", TEXTS, ORIGINS, 2);
    List<TextRecord> other = new ArrayList<>(TEXTS);
    other.set(0, text("a", "red green blue", "with", "concepts"));
    Path chat = write("chat", "chat.onnx", other, ORIGINS, 4);
    Path rest = dir.resolve("rest.safetensors");
    new SafetensorsWriter().floats("z", new float[] {5, 6, 7, 8, 9}, 5, 1).write(rest);
    try (JoinedSource rows =
        JoinedSource.open(
            List.of(
                new PartFile("rest", rest, null),
                new PartFile("base", base, "y"),
                new PartFile("chat", chat, "y")))) {
      assertRows(new float[] {5, 10, 10, 6, 11, 11, 7, 12, 12, 8, 13, 13, 9, 14, 14}, rows);
      assertEquals("base.onnx + chat.onnx", rows.provenance().model());
      assertEquals("z + y + y", rows.provenance().tensor());
    }
  }

  @Test
  void refusesDumpsOfOtherTokens() throws IOException {
    Path first = write("first", "m", TEXTS, ORIGINS, 2);
    List<RowOrigin> origins = new ArrayList<>(ORIGINS);
    origins.set(3, new RowOrigin(2, 1, 0, 2));
    origins.set(4, new RowOrigin(2, 2, 2, 7));
    Path second = write("second", "m", TEXTS, origins, 3);
    assertRefused(
        "%s and %s do not hold the same rows: row 3 of %s comes from text 2, token 1, characters 0"
                .formatted(first, second, first)
            + " to 3, but that of %s comes from text 2, token 1, characters 0 to 2"
                .formatted(second),
        first,
        second);

    origins = new ArrayList<>(ORIGINS);
    origins.set(1, new RowOrigin(0, 7, 4, 9));
    Path third = write("third", "m", TEXTS, origins, 5);
    assertRefused("row 1 of", first, third);
    assertRefused("token 2, characters 4 to 9, but", first, third);
    Path shorter = write("shorter", "m", TEXTS, ORIGINS.subList(0, 4), 2);
    assertRefused("has 5 rows, but", first, shorter);
  }

  @Test
  void refusesDumpsOfOtherTexts() throws IOException {
    Path first = write("first", "m", TEXTS, ORIGINS, 2);
    String filler = "x".repeat(200);
    Path second =
        write(
            "second", "m", List.of(TEXTS.get(0), TEXTS.get(1), text("c", "one\ntoo")), ORIGINS, 2);
    assertRefused(
        "row 3 of %s comes from text 'c' \"one two\", but that of %s comes from text 'c' \"one too\""
            .formatted(first, second),
        first,
        second);
    Path third =
        write("third", "m", List.of(TEXTS.get(0), text("b", "full"), TEXTS.get(2)), ORIGINS, 2);
    assertRefused("text 1, which has no row, of", first, third);
    Path named =
        write(
            "named",
            "m",
            List.of(text("A", TEXTS.get(0).text()), TEXTS.get(1), TEXTS.get(2)),
            ORIGINS,
            2);
    assertRefused("row 0 of", first, named);
    assertRefused("text 'A' \"red green blue\"", first, named);
    Path more =
        write(
            "more",
            "m",
            List.of(TEXTS.get(0), TEXTS.get(1), TEXTS.get(2), TEXTS.get(0)),
            ORIGINS,
            2);
    assertRefused("has 3 texts, but", first, more);

    Path longA = write("longA", "m", List.of(text("l", filler + "A" + filler)), one(), 1);
    Path longB = write("longB", "m", List.of(text("l", filler + "B" + filler)), one(), 1);
    assertRefused("xA" + "x".repeat(29) + "…\", but", longA, longB);
  }

  @Test
  void damageIsReported() throws IOException {
    Path first = write("first", "m", TEXTS, ORIGINS, 2);
    Path second = write("second", "n", TEXTS, ORIGINS, 2);
    Path texts = second.resolve("texts.jsonl");
    Files.writeString(texts, "{\"id\":");
    List<PartFile> parts = List.of(new PartFile("a", first, "x"), new PartFile("b", second, "x"));
    assertEquals(
        texts, assertThrows(MalformedFileException.class, () -> JoinedSource.open(parts)).file());
    Files.delete(texts);
    assertThrows(IOException.class, () -> JoinedSource.open(parts));
    Files.write(second.resolve("shard-00000.safetensors"), new byte[9]);
    assertThrows(MalformedFileException.class, () -> JoinedSource.open(parts));
    assertThrows(
        IllegalArgumentException.class,
        () -> JoinedSource.open(List.of(new PartFile("a", first, null))));
  }

  private static List<RowOrigin> one() {
    return List.of(new RowOrigin(0, 0, 0, 0));
  }

  private static TextRecord text(String id, String text, String... concepts) {
    return new TextRecord(id, text, List.of(concepts));
  }

  /** Writes a dump whose row i is {@code i, i} in tensor x and {@code i + 10} in tensor y. */
  private Path write(
      String name, String model, List<TextRecord> texts, List<RowOrigin> origins, int rowsPerShard)
      throws IOException {
    Path target = dir.resolve(name);
    DumpInfo info =
        new DumpInfo(
            model,
            "t",
            List.of(new DumpInfo.Tensor("x", 2, DType.F32), new DumpInfo.Tensor("y", 1, DType.F32)),
            false,
            rowsPerShard);
    try (DumpWriter writer = DumpWriter.create(target, info)) {
      for (TextRecord text : texts) {
        writer.addText(text);
      }
      for (int i = 0; i < origins.size(); i++) {
        List<float[]> row = List.of(new float[] {i, i}, new float[] {i + 10});
        writer.addRow(row, new int[2], origins.get(i));
      }
      writer.finish();
    }
    return target;
  }

  private static void assertRows(float[] expected, ActivationSource rows) throws IOException {
    float[] found = new float[expected.length];
    rows.read(0, (int) rows.rows(), found, 0);
    assertArrayEquals(expected, found);
  }

  private static void assertRefused(String expected, Path first, Path second) {
    List<PartFile> parts = List.of(new PartFile("a", first, "x"), new PartFile("b", second, "x"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> JoinedSource.open(parts)).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
