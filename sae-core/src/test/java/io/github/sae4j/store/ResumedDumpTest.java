package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.DType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResumedDumpTest {
  private static final int ROWS = 10;
  private static final Map<String, String> ORIGIN = Map.of("the texts", "these");

  @TempDir Path directory;

  @Test
  void completeShardsOutliveTheWriter() throws IOException {
    Path whole = directory.resolve("whole");
    try (DumpWriter writer = open(whole, ORIGIN, false)) {
      add(writer, 0, ROWS);
      writer.finish();
    }
    Path target = directory.resolve("dump");
    assertEquals(0, DumpWriter.rowsLeftOf(target));
    try (DumpWriter writer = open(target, ORIGIN, true)) { // nothing to resume
      assertEquals(0, writer.rowsHeld());
      add(writer, 0, 8);
    }
    assertFalse(Files.exists(target));
    assertEquals(6, DumpWriter.rowsLeftOf(target));
    try (DumpWriter writer = open(target, ORIGIN, true)) {
      assertEquals(6, writer.rowsHeld());
      for (int row = 0; row < 4; row++) {
        writer.addText(text(row));
      }
      writer.passRows(4);
      add(writer, 4, ROWS); // two of them are held
      writer.finish();
    }
    assertFalse(Files.exists(directory.resolve(".dump.partial")));
    for (String file :
        List.of("texts.jsonl", "shard-00000.safetensors", "shard-00002.safetensors")) {
      byte[] expected = Files.readAllBytes(whole.resolve(file));
      assertArrayEquals(expected, Files.readAllBytes(target.resolve(file)), file);
    }
    assertEquals(DumpManifest.read(whole).shards(), DumpManifest.read(target).shards());
  }

  @Test
  void shardsAreRewrittenFromTheFirstDamagedOne() throws IOException {
    Path target = directory.resolve("dump");
    try (DumpWriter writer = open(target, ORIGIN, false)) {
      add(writer, 0, 9);
    }
    Path second = directory.resolve(".dump.partial").resolve("shard-00001.safetensors");
    byte[] bytes = Files.readAllBytes(second);
    bytes[bytes.length - 1] ^= 1;
    Files.write(second, bytes);
    try (DumpWriter writer = open(target, ORIGIN, true)) {
      assertEquals(3, writer.rowsHeld());
      assertFalse(Files.exists(second));
      assertThrows(IllegalArgumentException.class, () -> writer.passRows(4));
      assertThrows(IllegalStateException.class, writer::finish);
    }
    assertEquals(3, DumpWriter.rowsLeftOf(target));
  }

  @Test
  void anotherOriginIsRefusedUnlessTheDumpStartsOver() throws IOException {
    Path target = directory.resolve("dump");
    try (DumpWriter writer = open(target, ORIGIN, false)) {
      add(writer, 0, 4);
    }
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> open(target, Map.of("the texts", "others"), true))
            .getMessage();
    assertTrue(message.endsWith("the texts was these and is now others"), message);
    try (DumpWriter writer = open(target, Map.of("the texts", "others"), false)) {
      assertEquals(0, writer.rowsHeld());
    }
    assertFalse(
        Files.exists(directory.resolve(".dump.partial")),
        "a partial dump without a complete shard is deleted");
  }

  private static DumpWriter open(Path target, Map<String, String> origin, boolean resume)
      throws IOException {
    List<DumpInfo.Tensor> tensors = List.of(new DumpInfo.Tensor("a", 1, DType.F32));
    DumpInfo info = new DumpInfo("m", "t", tensors, false, 3);
    return DumpWriter.createResumable(target, info, false, origin, resume);
  }

  private static TextRecord text(int row) {
    return new TextRecord("t" + row, "text " + row, List.of());
  }

  /** Adds one text per row. */
  private static void add(DumpWriter writer, int from, int to) throws IOException {
    for (int row = from; row < to; row++) {
      int example = writer.addText(text(row));
      float[] values = {0, row};
      writer.addRow(List.of(values), new int[] {1}, new RowOrigin(example, 1, 0, 4));
    }
  }
}
