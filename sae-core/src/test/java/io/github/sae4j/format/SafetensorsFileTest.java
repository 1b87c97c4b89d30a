package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
  @TempDir Path dir;

  @Test
  void readsWhatTheReferenceLibraryWrote() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(Golden.file("golden.safetensors"))) {
      assertEquals(12, file.tensors().size());
      assertEquals(Map.of("author", "naïve", "kind", "test"), file.metadata());
      assertArrayEquals(
          new double[] {0.1, -1e300, Double.MIN_VALUE, 3}, file.readAllDoubles("doubles"));
      assertArrayEquals(Golden.ramp(20), file.readAllFloats("floats"));
      assertEquals(List.of(5L, 4L), file.tensor("floats").shape());
      assertArrayEquals(new long[] {-1, 1L << 40, Long.MIN_VALUE}, file.readAllLongs("longs"));
      assertArrayEquals(new int[] {-1, 7, Integer.MIN_VALUE}, file.readAllInts("ints"));
      assertArrayEquals(new int[] {-1, 32767}, file.readAllInts("shorts"));
      assertArrayEquals(new int[] {-128, 0, 127}, file.readAllInts("bytes"));
      assertArrayEquals(new int[] {0, 128, 255}, file.readAllInts("unsigned"));
      assertArrayEquals(new int[] {1, 0}, file.readAllInts("bools"));
      assertArrayEquals(new float[] {2.5f}, file.readAllFloats("scalar"));
      assertEquals(List.of(), file.tensor("scalar").shape());
      assertArrayEquals(new float[0], file.readAllFloats("empty"));
    }
  }

  @Test
  void readsSpecialValuesOfTheSmallFloats() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(Golden.file("golden.safetensors"))) {
      float inf = Float.POSITIVE_INFINITY;
      assertArrayEquals(
          new float[] {0, -0f, 1, -2, 65504, 0x1p-14f, 0x1p-24f, -0x3ffp-24f, inf, -inf, Float.NaN},
          file.readAllFloats("halves"));
      assertArrayEquals(
          new float[] {
            0,
            -0f,
            1,
            -2,
            0x1.fep127f,
            Float.MIN_NORMAL,
            0x1p-133f,
            -0x7fp-133f,
            inf,
            -inf,
            Float.NaN
          },
          file.readAllFloats("bfloats"));
      assertEquals(0x1p-24, file.readAllDoubles("halves")[6]);
    }
  }

  @Test
  void readsPartsIntoTheMiddleOfAnArray() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(Golden.file("golden.safetensors"))) {
      float[] floats = {9, 9, 9, 9};
      file.readFloats(file.tensor("floats"), 6, 2, floats, 1);
      assertArrayEquals(new float[] {9, 0, 0.5f, 9}, floats);
      int[] ints = {9, 9};
      file.readInts(file.tensor("longs"), 0, 1, ints, 1);
      assertArrayEquals(new int[] {9, -1}, ints);
    }
  }

  @Test
  void refusesReadsOutsideOfTensorsAndArrays() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(Golden.file("golden.safetensors"))) {
      TensorInfo floats = file.tensor("floats");
      float[] dst = new float[4];
      Class<IndexOutOfBoundsException> outside = IndexOutOfBoundsException.class;
      assertThrows(outside, () -> file.readFloats(floats, 18, 3, dst, 0));
      assertThrows(outside, () -> file.readFloats(floats, -1, 1, dst, 0));
      assertThrows(outside, () -> file.readFloats(floats, Long.MAX_VALUE, 1, dst, 0));
      assertThrows(outside, () -> file.readFloats(floats, 0, 3, dst, 2));
      assertThrows(ArithmeticException.class, () -> file.readAllInts("longs"));
      assertThrows(IllegalArgumentException.class, () -> file.readAllInts("floats"));
      assertThrows(IllegalArgumentException.class, () -> file.readAllFloats("ints"));
      TensorInfo foreign = TensorInfo.inOrder("floats", DType.F32, List.of(999L), 0);
      assertThrows(IllegalArgumentException.class, () -> file.readFloats(foreign, 900, 4, dst, 0));
    }
  }

  @Test
  void aMissingTensorIsReportedWithCloseNames() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(Golden.file("golden.safetensors"))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> file.tensor("floast")).getMessage();
      assertTrue(message.contains("golden.safetensors"), message);
      assertTrue(message.contains("no tensor 'floast'; it has: floats, bfloats"), message);
      assertTrue(message.endsWith("and 4 more"), message);
    }
  }

  @Test
  void readsInPiecesOfAnySize() throws IOException {
    Path path = dir.resolve("long.safetensors");
    float[] data = Golden.ramp(1000);
    new SafetensorsWriter().floats("x", data, 1000).write(path);
    for (int piece = 8; piece < 90; piece += 5) {
      try (SafetensorsFile file = SafetensorsFile.of(FileBytes.open(path, piece))) {
        assertArrayEquals(data, file.readAllFloats("x"));
        assertEquals(data[777], file.readAllDoubles("x")[777]);
      }
    }
  }

  @Test
  void readsUnalignedData() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(Golden.ramp(100));
    String header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[100],\"data_offsets\":[0,400]}}";
    for (int padding = 0; padding < 4; padding++) {
      Path path = write(header + " ".repeat(padding), data.array());
      try (SafetensorsFile file = SafetensorsFile.open(path)) {
        assertArrayEquals(Golden.ramp(100), file.readAllFloats("x"));
      }
    }
  }

  @Test
  void noticesAFileThatShrankAndAFileThatWasClosed() throws IOException {
    Path path = dir.resolve("x.safetensors");
    new SafetensorsWriter().floats("x", new float[100], 100).write(path);
    SafetensorsFile file = SafetensorsFile.open(path);
    Files.write(path, new byte[3]);
    String message = assertThrows(IOException.class, () -> file.readAllFloats("x")).getMessage();
    assertTrue(message.contains("changed"), message);
    file.close();
    message = assertThrows(IOException.class, () -> file.readAllFloats("x")).getMessage();
    assertTrue(message.contains("closed"), message);
  }

  @Test
  void missingFilesAndDirectoriesAreNotMalformed() {
    assertThrows(NoSuchFileException.class, () -> SafetensorsFile.open(dir.resolve("none")));
    String message = assertThrows(IOException.class, () -> SafetensorsFile.open(dir)).getMessage();
    assertTrue(message.contains("not a regular file"), message);
  }

  @Test
  void everyTruncationIsMalformed() throws IOException {
    byte[] whole = Files.readAllBytes(Golden.file("golden.safetensors"));
    Path path = dir.resolve("cut.safetensors");
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(path, Arrays.copyOf(whole, length));
      MalformedFileException e =
          assertThrows(MalformedFileException.class, () -> SafetensorsFile.open(path));
      assertEquals(path, e.file());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1_000_000_000_000_000_000L, -1, Long.MIN_VALUE, 100_000_001, 9})
  void aHeaderLongerThanTheFileIsMalformed(long claimed) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(claimed);
    Path path = Files.write(dir.resolve("huge.safetensors"), bytes.array());
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> SafetensorsFile.open(path));
    assertTrue(e.getMessage().contains(Long.toUnsignedString(claimed)), e.getMessage());
    assertEquals(0, e.offset());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},| not valid JSON",
        "{} {}| not valid JSON",
        "x{}| does not start with",
        "[]| does not start with",
        "{\"a\":1}| described by an object",
        "{\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}}| needs a dtype",
        "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}| as shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}| as data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}| two data_offsets",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}| not a size",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}| not a size",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}| holds 8 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}| holds 8 bytes",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}| take 12 bytes",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}| tensors end here",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}| leaves a gap",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,8]}}"
            + "| impossible shape",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,8]}}"
            + "| not a size",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[6],\"data_offsets\":[0,6]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}| overlaps",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]}}| field 'a' occurs twice",
        "{\"__metadata__\":{\"a\":1}}| only strings",
        "{\"__metadata__\":\"a\"}| must be an object"
      })
  void anInvalidHeaderIsMalformed(String header, String expected) throws IOException {
    Path path = write(header, new byte[8]);
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> SafetensorsFile.open(path));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(e.getMessage().startsWith(path.toString()), e.getMessage());
  }

  @Test
  void invalidUtf8IsMalformed() throws IOException {
    byte[] header = "{\"a?\":{}}".getBytes(StandardCharsets.ISO_8859_1);
    header[3] = (byte) 0xff;
    Path path = writeBytes(header, new byte[0]);
    assertThrows(MalformedFileException.class, () -> SafetensorsFile.open(path));
  }

  private Path write(String header, byte[] data) throws IOException {
    return writeBytes(header.getBytes(StandardCharsets.UTF_8), data);
  }

  private Path writeBytes(byte[] header, byte[] data) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(header.length).put(header).put(data);
    return Files.write(dir.resolve("test.safetensors"), bytes.array());
  }
}
