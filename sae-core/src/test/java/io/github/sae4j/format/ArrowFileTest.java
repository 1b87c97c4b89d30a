package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArrowFileTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "lists.arrow, F32, 5, 1",
    "fixed.arrow, F32, 5, 2",
    "halves.arrow, F16, 5, 2",
    "doubles.arrow, F64, 5, 2",
    "large-lists.arrow, F32, 5, 2",
    "file.arrow, F32, 5, 2"
  })
  void readsWhatPyarrowWrote(String name, DType dtype, int rows, int batches) throws IOException {
    try (ArrowFile file = ArrowFile.open(Golden.file(name))) {
      assertEquals(Set.of("a"), file.columns().keySet());
      assertEquals(batches, file.columns().get("a").size());
      assertEquals(dtype, file.columns().get("a").get(0).dtype());
      assertArrayEquals(Golden.ramp(rows * 4), all(file, "a"));
    }
  }

  /** Reads one row per position of each context. */
  @Test
  void readsTheActivationsOfSaeLens() throws IOException {
    try (ArrowFile file = ArrowFile.open(Golden.file("saelens.arrow"))) {
      String name = "blocks.0.hook_resid_post";
      assertEquals(Set.of(name), file.columns().keySet());
      assertEquals(List.of(6L, 4L), file.columns().get(name).get(0).shape());
      assertArrayEquals(Golden.ramp(24), all(file, name));
    }
  }

  @Test
  void readsASliceOfALongerArray() throws IOException {
    try (ArrowFile file = ArrowFile.open(Golden.file("slice.arrow"))) {
      assertArrayEquals(Arrays.copyOfRange(Golden.ramp(36), 8, 28), all(file, "a"));
    }
  }

  private static float[] all(ArrowFile file, String column) throws IOException {
    List<TensorInfo> pieces = file.columns().get(column);
    float[] all = new float[(int) pieces.stream().mapToLong(TensorInfo::elements).sum()];
    int done = 0;
    for (TensorInfo piece : pieces) {
      int n = (int) piece.elements();
      file.readFloats(piece, 0, n, all, done);
      done += n;
    }
    return all;
  }

  @ParameterizedTest
  @CsvSource({"compressed.arrow, compressed", "golden.safetensors, expected an Arrow message"})
  void namesUnsupportedColumns(String name, String expected) {
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> ArrowFile.open(Golden.file(name)));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(e.getMessage().contains(name), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"footer.arrow", "unmarked.arrow"})
  void readsWhatJavaScriptWrites(String name) throws IOException {
    try (ArrowFile file = ArrowFile.open(Golden.file(name))) {
      assertArrayEquals(Golden.ramp(20), all(file, "a"));
    }
  }

  /**
   * Tries every length that a footer may claim and every place that it may give for the first
   * batch.
   */
  @Test
  void aWrongFooterIsMalformed() throws IOException {
    byte[] whole = Files.readAllBytes(Golden.file("footer.arrow"));
    Path path = dir.resolve("footer.arrow");
    int lengthAt = whole.length - 10;
    for (int length : new int[] {-1, 0, 3, whole.length, Integer.MAX_VALUE}) {
      byte[] changed = whole.clone();
      ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putInt(lengthAt, length);
      Files.write(path, changed);
      MalformedFileException e =
          assertThrows(MalformedFileException.class, () -> ArrowFile.open(path));
      assertTrue(e.getMessage().contains("footer claims"), e.getMessage());
    }
    byte[] empty = Arrays.copyOfRange(whole, lengthAt - 200, whole.length);
    System.arraycopy(whole, 0, empty, 0, 8);
    Files.write(path, empty);
    assertThrows(MalformedFileException.class, () -> ArrowFile.open(path));
  }

  /** It does not affect other columns. */
  @ParameterizedTest
  @CsvSource({
    "ragged.arrow, 'lists of different lengths, first at list 1'",
    "nulls.arrow, missing values"
  })
  void aColumnWithoutRowsIsKeptWithTheReason(String name, String expected) throws IOException {
    try (ArrowFile file = ArrowFile.open(Golden.file(name))) {
      assertEquals(Map.of(), file.columns());
      MalformedFileException e = file.refused().values().iterator().next();
      assertTrue(e.getMessage().contains(expected), e.getMessage());
      assertTrue(e.getMessage().contains(name), e.getMessage());
    }
  }

  /** A stream may end after any message, but not within one. */
  @ParameterizedTest
  @ValueSource(strings = {"saelens.arrow", "fixed.arrow", "file.arrow"})
  void aTruncatedFileHasFewerBatchesOrIsMalformed(String name) throws IOException {
    byte[] whole = Files.readAllBytes(Golden.file(name));
    Path path = dir.resolve("cut.arrow");
    int sound = 0;
    for (int length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      try (ArrowFile file = ArrowFile.open(path)) {
        for (String column : file.columns().keySet()) {
          float[] found = all(file, column);
          assertArrayEquals(Golden.ramp(found.length), found);
        }
        sound++;
      } catch (MalformedFileException e) {
        assertTrue(e.getMessage().contains("cut.arrow"), e.getMessage());
      }
    }
    assertTrue(sound >= 2 && sound < whole.length / 3, "sound: " + sound);
  }
}
