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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Detects dumps whose bytes have changed and rows that differ from earlier ones. */
class VerifiedDumpTest {
  private static final String SECOND = "shard-00001.safetensors";

  @TempDir Path dir;
  private Path dump;

  @BeforeEach
  void write() throws IOException {
    dump = write("dump", 0);
  }

  /**
   * Writes seven rows in shards of four and three: row i is {@code [10·i, 10·i + 1]} plus an
   * offset.
   */
  private Path write(String name, float plus) throws IOException {
    DumpInfo info =
        new DumpInfo("m", "t", List.of(new DumpInfo.Tensor("h", 2, DType.F32)), true, 4);
    Path target = dir.resolve(name);
    try (DumpWriter writer = DumpWriter.create(target, info)) {
      writer.addText(new TextRecord("id", "seven words", List.of()));
      for (int i = 0; i < 7; i++) {
        float[] row = {10 * i + plus, 10 * i + 1 + plus};
        writer.addRow(List.of(row), new int[1], new RowOrigin(0, i, 0, 1));
      }
      writer.finish();
    }
    return target;
  }

  private void flip(String file, int fromEnd) throws IOException {
    Path path = dump.resolve(file);
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length - fromEnd] ^= 1;
    Files.write(path, bytes);
  }

  private static void assertRefused(Executable reading, String file) {
    String message = assertThrows(MalformedFileException.class, reading).getMessage();
    assertTrue(message.contains(file), message);
    assertTrue(message.contains("the file has changed since it was written"), message);
  }

  @Test
  void aShardIsVerifiedBeforeItsFirstRowIsRead() throws IOException {
    for (int fromEnd : new int[] {1, 60}) { // in a number, an origin or the header's padding
      flip(SECOND, fromEnd);
      try (ActivationSource rows = ActivationSources.open(dump, null)) {
        float[] row = new float[4];
        rows.read(2, 2, row, 0);
        assertArrayEquals(new float[] {20, 21, 30, 31}, row);
        assertRefused(() -> rows.read(3, 2, row, 0), SECOND);
        assertRefused(() -> rows.read(6, 1, row, 0), SECOND);
      }
      try (ActivationSource rows = ActivationSources.open(dump, null, OnRead.TRUST)) {
        rows.read(3, 2, new float[4], 0);
      }
      try (ActivationDump opened = ActivationDump.open(dump)) {
        assertRefused(opened::verify, SECOND);
      }
      flip(SECOND, fromEnd);
    }
    try (ActivationDump opened = ActivationDump.open(dump)) {
      opened.verify();
    }
  }

  @Test
  void textsAreVerifiedToo() throws IOException {
    flip("texts.jsonl", 20);
    try (ActivationDump opened = ActivationDump.open(dump)) {
      assertRefused(opened::texts, "texts.jsonl");
      assertRefused(opened::verify, "texts.jsonl");
    }
    try (ActivationDump opened = ActivationDump.open(dump, OnRead.TRUST)) {
      assertEquals(1, opened.texts().size());
    }
  }

  @Test
  void aDumpOfVersion1HasNoChecksumOfItsTexts() throws IOException {
    Path manifest = dump.resolve("manifest.json");
    String old =
        Files.readString(manifest)
            .replace("\"version\" : 2", "\"version\" : 1")
            .replaceFirst("  \"textsCrc32c\" : \"[0-9a-f]{8}\",\n", "");
    assertFalse(old.contains("textsCrc32c"));
    Files.writeString(manifest, old);
    try (ActivationDump opened = ActivationDump.open(dump)) {
      assertEquals("", opened.manifest().textsCrc32c());
      opened.verify();
      flip("texts.jsonl", 20);
      assertEquals(1, opened.texts().size());
      flip(SECOND, 1);
      assertRefused(opened::verify, SECOND);
    }
  }

  private static RowFingerprint fingerprint(Path path) throws IOException {
    try (ActivationSource rows = ActivationSources.open(path, null)) {
      RowFingerprint all = rows.fingerprint();
      assertEquals(all, rows.slice(0, 5).fingerprint());
      return all;
    }
  }

  @Test
  void fingerprintsIdentifyRowsWhereverTheyAreStored() throws IOException {
    RowFingerprint rows = fingerprint(dump);
    assertFalse(rows.differsFrom(fingerprint(write("same", 0))));
    assertTrue(rows.differsFrom(fingerprint(write("others", 1))));
    assertFalse(rows.differsFrom(RowFingerprint.UNKNOWN));
    assertFalse(RowFingerprint.UNKNOWN.differsFrom(rows));
    float[] values = new float[14];
    try (ActivationSource source = ActivationSources.open(dump, null)) {
      source.read(0, 7, values, 0);
    }
    RowFingerprint elsewhere = MemorySource.of(values, 2).fingerprint();
    assertFalse(rows.differsFrom(elsewhere));
    values[13]++;
    assertTrue(rows.differsFrom(MemorySource.of(values, 2).fingerprint()));
  }

  /** Few rows are all sampled; of many rows the first and the last are among the sampled. */
  @Test
  void theFirstAndTheLastRowAreAmongTheSampled() throws IOException {
    for (int n : new int[] {1, 2, 63, 64, 65, 1000}) {
      float[] values = new float[n];
      RowFingerprint zeros = MemorySource.of(values, 1).fingerprint();
      for (int row : n < 65 ? new int[] {0, n / 2, n - 1} : new int[] {0, n - 1}) {
        values[row] = 1;
        assertTrue(zeros.differsFrom(MemorySource.of(values, 1).fingerprint()), n + ", " + row);
        values[row] = 0;
      }
    }
  }

  @Test
  void changesAreDetectedThroughJoinedRows() throws IOException {
    Path other = write("others", 1);
    RowFingerprint one = joined(dump, other);
    assertFalse(one.differsFrom(joined(dump, other)));
    assertTrue(one.differsFrom(joined(other, dump)));
  }

  private static RowFingerprint joined(Path a, Path b) throws IOException {
    try (JoinedSource rows =
        JoinedSource.open(List.of(new PartFile("a", a, null), new PartFile("b", b, null)))) {
      return rows.fingerprint();
    }
  }
}
