package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationDumpTest {
  private static final DumpInfo INFO =
      new DumpInfo(
          "toy",
          "words",
          List.of(
              new DumpInfo.Tensor("/layer.1/Add", 3, DType.F32),
              new DumpInfo.Tensor("/layer.2/Add", 2, DType.BF16)),
          false,
          4);

  @TempDir Path dir;

  @Test
  void harvestedRowsAreReadBack() throws IOException {
    Path path = writeDump(dir.resolve("dump"), 10, false);
    try (ActivationDump dump = ActivationDump.open(path)) {
      DumpManifest manifest = dump.manifest();
      assertEquals(10, manifest.rows());
      assertEquals(2, manifest.texts());
      assertEquals("toy", manifest.model());
      assertEquals(INFO.tensors(), manifest.tensors());
      assertEquals(
          List.of(4, 4, 2), manifest.shards().stream().map(DumpManifest.Shard::rows).toList());
      ActivationSource first = dump.source("/layer.1/Add");
      assertEquals(10, first.rows());
      assertEquals(3, first.width());
      float[] rows = new float[5 * 3];
      first.read(3, 5, rows, 0);
      for (int i = 0; i < 5; i++) {
        assertEquals(3 + i, rows[i * 3]);
        assertEquals(3 + i + 0.5f, rows[i * 3 + 2]);
      }
      float[] second = new float[2];
      dump.source("/layer.2/Add").read(9, 1, second, 0);
      assertArrayEquals(new float[] {-9, 1}, second);
      assertEquals(new RowOrigin(1, 8, 80, 81), dump.origins().at(8));
      assertEquals("zweiter\ntext", dump.texts().get(1).text());
      assertEquals(List.of("c1", "c2"), dump.texts().get(0).concepts());
      dump.verify();
    }
    assertEquals(List.of(path), list(dir));
  }

  /** Titles name the dump, whatever the path and the number of shards. */
  @Test
  void rowsAreTitledWithTheNameOfTheDump() throws IOException {
    Path one = writeDump(dir.resolve("one"), 4, false);
    Path several = writeDump(dir.resolve("several"), 10, false);
    assertTitle("one, tensor /layer.1/Add", one);
    assertTitle("one, tensor /layer.1/Add", one.resolve("../one/."));
    assertTitle("several (3 files), tensor /layer.1/Add", several);
    assertTitle("several (3 files), tensor /layer.1/Add", several.resolve("."));
    try (ActivationSource rows = ActivationSources.open(one, "/layer.1/Add")) {
      assertEquals(one + ", tensor /layer.1/Add", rows.description());
      assertTrue(rows.locate(0, 0).startsWith(one.resolve("shard-00000.safetensors").toString()));
    }
  }

  private static void assertTitle(String expected, Path dump) throws IOException {
    try (ActivationSource rows = ActivationSources.open(dump, "/layer.1/Add")) {
      assertEquals(expected, rows.title());
    }
  }

  @Test
  void textsKeepEveryCharacter() throws IOException {
    List<String> texts = List.of("", "naïve 漢字 😀 \"\\ \u2028\r\n\u0000", "half \ud83d a pair");
    Path path = dir.resolve("dump");
    try (DumpWriter writer = DumpWriter.create(path, INFO)) {
      for (String text : texts) {
        writer.addText(text(text));
      }
      writer.addRow(List.of(new float[3], new float[2]), new int[2], new RowOrigin(0, 0, 0, 0));
      writer.finish();
    }
    try (ActivationDump dump = ActivationDump.open(path)) {
      assertEquals(texts, dump.texts().stream().map(TextRecord::text).toList());
    }
  }

  @Test
  void originsAreReadAcrossShards() throws IOException {
    try (ActivationDump dump = ActivationDump.open(writeDump(dir.resolve("dump"), 10, false))) {
      int[] example = new int[7];
      int[] token = new int[7];
      int[] start = new int[7];
      int[] end = new int[7];
      dump.origins().read(2, 7, example, token, start, end);
      assertArrayEquals(new int[] {0, 0, 0, 1, 1, 1, 1}, example);
      assertArrayEquals(new int[] {2, 3, 4, 5, 6, 7, 8}, token);
      assertArrayEquals(new int[] {20, 30, 40, 50, 60, 70, 80}, start);
      assertArrayEquals(new int[] {21, 31, 41, 51, 61, 71, 81}, end);
      assertThrows(IndexOutOfBoundsException.class, () -> dump.origins().at(10));
    }
  }

  @Test
  void aTensorMustBeNamedIfThereAreSeveral() throws IOException {
    try (ActivationDump dump = ActivationDump.open(writeDump(dir.resolve("dump"), 1, false))) {
      assertMessage("name one: /layer.1/Add, /layer.2/Add", () -> dump.source(null));
      assertMessage(
          "has no tensor '/layer.1/Ad'; it has: /layer.1", () -> dump.source("/layer.1/Ad"));
    }
  }

  @Test
  void anAbandonedWriterLeavesNothingBehind() throws IOException {
    Path target = dir.resolve("dump");
    try (DumpWriter writer = DumpWriter.create(target, INFO)) {
      fill(writer, 6);
    }
    assertEquals(List.of(), list(dir));
    DumpWriter empty = DumpWriter.create(target, INFO);
    assertThrows(IllegalStateException.class, empty::finish);
    empty.close();
    assertThrows(IllegalStateException.class, () -> empty.addText(text("late")));
    assertEquals(List.of(), list(dir));
  }

  @Test
  void aFailureToWriteLeavesNothingBehindAndKeepsTheOldDump() throws IOException {
    Path target = writeDump(dir.resolve("dump"), 3, false);
    assertThrows(
        IOException.class,
        () -> {
          try (DumpWriter writer = DumpWriter.create(target, INFO, true)) {
            for (Path hidden : list(dir)) {
              if (!hidden.equals(target)) {
                Files.createDirectories(hidden.resolve("shard-00000.safetensors").resolve("x"));
              }
            }
            fill(writer, 6);
          }
        });
    assertEquals(List.of(target), list(dir));
    try (ActivationDump dump = ActivationDump.open(target)) {
      assertEquals(3, dump.manifest().rows());
    }
  }

  @Test
  void replacesOnlyDumpsAndOnlyOnRequest() throws IOException {
    Path target = writeDump(dir.resolve("dump"), 3, false);
    assertMessage("already holds an activation dump", () -> DumpWriter.create(target, INFO));
    writeDump(target, 5, true);
    try (ActivationDump dump = ActivationDump.open(target)) {
      assertEquals(5, dump.manifest().rows());
    }
    Path other = Files.createDirectory(dir.resolve("other"));
    writeDump(other, 1, false);
    Path full = Files.createDirectory(dir.resolve("full"));
    Path file = Files.writeString(full.resolve("precious"), "x");
    assertMessage("is not an activation dump", () -> DumpWriter.create(full, INFO, true));
    assertMessage("is a file", () -> DumpWriter.create(file, INFO, true));
    assertTrue(Files.exists(file));
  }

  @Test
  void refusesRowsThatDoNotFit() throws IOException {
    try (DumpWriter writer = DumpWriter.create(dir.resolve("dump"), INFO)) {
      List<float[]> row = List.of(new float[3], new float[2]);
      RowOrigin origin = new RowOrigin(0, 0, 0, 0);
      assertThrows(IndexOutOfBoundsException.class, () -> writer.addRow(row, new int[2], origin));
      writer.addText(text("a"));
      assertThrows(
          IllegalArgumentException.class,
          () -> writer.addRow(row.subList(0, 1), new int[1], origin));
      assertThrows(
          IndexOutOfBoundsException.class, () -> writer.addRow(row, new int[] {0, 1}, origin));
    }
    Class<IllegalArgumentException> refused = IllegalArgumentException.class;
    DumpInfo.Tensor tensor = INFO.tensors().get(0);
    assertThrows(refused, () -> new DumpInfo.Tensor("token", 3, DType.F32));
    assertThrows(refused, () -> new DumpInfo.Tensor("x", 0, DType.F32));
    assertThrows(refused, () -> new DumpInfo.Tensor("x", 3, DType.F16));
    assertThrows(refused, () -> new DumpInfo("m", "t", List.of(), false, 4));
    assertThrows(refused, () -> new DumpInfo("m", "t", List.of(tensor, tensor), false, 4));
    assertThrows(refused, () -> new DumpInfo("m", "t", List.of(tensor), false, 0));
    assertThrows(refused, () -> new DumpInfo("m", "t", List.of(tensor), false, 1 << 30));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"sae4j-activations\"| \"other\"| found 'other'",
        "\"version\" : 2| \"version\" : 3| expected version 1 or 2, found 3",
        "\"model\" : \"toy\",| | 'model' is missing",
        "\"model\" : \"toy\"| \"model\" : null| 'model' is null",
        "\"rows\" : 6,| | rows",
        "\"rows\" : 6,| \"rows\" : 6.5,| 'rows': expected an integer, found 6.5",
        "\"rows\" : 6,| \"rows\" : \"6\",| 'rows': expected an integer, found \"6\"",
        "\"width\" : 3,| | 'tensors[0].width' is missing",
        "\"rows\" : 6,| \"rows\" : 7,| shards have 6 rows",
        "\"texts\" : 2| \"texts\" : -2| negative",
        "\"texts\" : 2| \"texts\" : 2, \"more\" : 1| 'more' is not known",
        "\"texts\" : 2| \"texts\" : 2, \"texts\" : 2| field 'texts' occurs twice, at line ",
        "shard-00001.safetensors| ../shard-00001.safetensors| within the dump's directory",
        "shard-00001.safetensors| /etc/passwd| within the dump's directory",
        "shard-00001.safetensors| ..| within the dump's directory",
        "\"width\" : 3| \"width\" : 4| expected tensor '/layer.1/Add' of F32 [4, 4]",
        "\"dtype\" : \"BF16\"| \"dtype\" : \"F32\"| expected tensor '/layer.2/Add' of F32",
        "\"dtype\" : \"BF16\"| \"dtype\" : \"F99\"| 'tensors[1].dtype': expected one of F64, ",
        "\"name\" : \"/layer.1/Add\"| \"name\" : \"/layer.9/Add\"| found none",
        "\"format\"| format| not JSON at line 2, column 3"
      })
  void inconsistentManifestsAreMalformed(String old, String replacement, String expected)
      throws IOException {
    Path path = writeDump(dir.resolve("dump"), 6, false);
    Path manifest = path.resolve("manifest.json");
    String json = Files.readString(manifest);
    assertTrue(json.contains(old), json);
    Files.writeString(manifest, json.replace(old, replacement == null ? "" : replacement));
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> ActivationDump.open(path).close());
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertFalse(e.getMessage().contains("\n"), e.getMessage());
  }

  @Test
  void damageToShardsIsDetected() throws IOException {
    Path path = writeDump(dir.resolve("dump"), 6, false);
    Path shard = path.resolve("shard-00001.safetensors");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[bytes.length - 1] ^= 1;
    Files.write(shard, bytes);
    try (ActivationDump dump = ActivationDump.open(path)) {
      MalformedFileException e = assertThrows(MalformedFileException.class, dump::verify);
      assertTrue(e.getMessage().contains("CRC-32C"), e.getMessage());
      assertEquals(shard, e.file());
    }
    Files.write(shard, new byte[10]);
    assertThrows(MalformedFileException.class, () -> ActivationDump.open(path));
    Files.delete(shard);
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> ActivationDump.open(path));
    assertTrue(e.getMessage().contains("shard-00001.safetensors is missing"), e.getMessage());
  }

  @Test
  void damageToTextsIsDetected() throws IOException {
    Path path = writeDump(dir.resolve("dump"), 6, false);
    Path texts = path.resolve("texts.jsonl");
    List<String> lines = Files.readAllLines(texts);
    assertEquals("{\"id\":\"a\",\"text\":\"first\",\"concepts\":[\"c1\",\"c2\"]}", lines.get(0));
    Files.write(texts, lines.subList(0, 1));
    assertTextsFail(path, "2 texts, found 1");
    Files.writeString(texts, lines.get(0) + "\n{\"id\":\"b\"}\n");
    assertTextsFail(path, "line 2");
    Files.write(texts, new byte[] {'"', (byte) 0xff, '"'});
    assertTextsFail(path, "texts.jsonl: this is not UTF-8");
  }

  private static void assertTextsFail(Path path, String expected) throws IOException {
    try (ActivationDump dump = ActivationDump.open(path)) {
      MalformedFileException e = assertThrows(MalformedFileException.class, dump::texts);
      assertTrue(e.getMessage().contains(expected), e.getMessage());
    }
  }

  private static Path writeDump(Path target, int rows, boolean overwrite) throws IOException {
    try (DumpWriter writer = DumpWriter.create(target, INFO, overwrite)) {
      fill(writer, rows);
      writer.finish();
    }
    return target;
  }

  /** Adds rows: row i is {@code i, 0, i + 0.5} and {@code −i, 1}, at character 10·i. */
  private static void fill(DumpWriter writer, int rows) throws IOException {
    assertEquals(0, writer.addText(new TextRecord("a", "first", List.of("c1", "c2"))));
    assertEquals(1, writer.addText(text("zweiter\ntext")));
    for (int i = 0; i < rows; i++) {
      float[] first = {99, i, 0, i + 0.5f};
      float[] second = {-i, 1};
      RowOrigin origin = new RowOrigin(i < 5 ? 0 : 1, i, 10 * i, 10 * i + 1);
      writer.addRow(List.of(first, second), new int[] {1, 0}, origin);
    }
  }

  private static TextRecord text(String text) {
    return new TextRecord("b", text, List.of());
  }

  private static void assertMessage(String expected, Executable action) {
    String message = assertThrows(IllegalArgumentException.class, action).getMessage();
    assertTrue(message.contains(expected), message);
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }
}
