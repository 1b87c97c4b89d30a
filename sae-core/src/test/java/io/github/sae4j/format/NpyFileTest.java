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
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NpyFileTest {
  private static final List<String> BUILT = List.of("'1f4'", "'()f4'", "('<f4', ())");

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "vector-f4.npy, F32, 1",
    "matrix-f4.npy, F32, 5",
    "matrix-f2-big-endian.npy, F16, 5",
    "matrix-f8-big-endian.npy, F64, 5",
    "matrix-f8-fortran.npy, F64, 5",
    "cube-f4.npy, F32, 6",
    "cube-f4-fortran.npy, F32, 6",
    "tesseract-f2-fortran.npy, F16, 12",
    "one-row-f4.npy, F32, 1",
    "no-rows-f4.npy, F32, 0"
  })
  void readsWhatNumpyWrote(String name, DType dtype, int rows) throws IOException {
    try (NpyFile file = NpyFile.open(Golden.file(name))) {
      assertEquals(dtype, file.dtype());
      assertEquals(rows, file.rows());
      assertEquals(4, file.width());
      float[] expected = Golden.ramp(rows * 4);
      float[] all = new float[rows * 4];
      file.readFloats(0, rows, all, 0);
      assertArrayEquals(expected, all);
      for (int row = 0; row + 1 < rows; row++) {
        float[] two = new float[9];
        file.readFloats(row, 2, two, 1);
        assertArrayEquals(
            Arrays.copyOfRange(expected, row * 4, row * 4 + 8), Arrays.copyOfRange(two, 1, 9));
      }
    }
  }

  @Test
  void refusesRowsThatDoNotExist() throws IOException {
    try (NpyFile file = NpyFile.open(Golden.file("matrix-f4.npy"))) {
      float[] dst = new float[20];
      Class<IndexOutOfBoundsException> outside = IndexOutOfBoundsException.class;
      assertThrows(outside, () -> file.readFloats(4, 2, dst, 0));
      assertThrows(outside, () -> file.readFloats(-1, 2, dst, 0));
      assertThrows(outside, () -> file.readFloats(0, 5, dst, 1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "integers-i4.npy, I32",
    "objects.npy, '|O'",
    "structured.npy, structured",
    "golden.safetensors, not a .npy file"
  })
  void namesUnsupportedTypes(String name, String expected) {
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> NpyFile.open(Golden.file(name)));
    assertTrue(e.getMessage().contains(expected.replace("'", "")), e.getMessage());
    assertTrue(e.getMessage().contains(name), e.getMessage());
  }

  @Test
  void everyTruncationIsMalformed() throws IOException {
    byte[] whole = Files.readAllBytes(Golden.file("matrix-f4.npy"));
    Path path = dir.resolve("cut.npy");
    for (int length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThrows(MalformedFileException.class, () -> NpyFile.open(path));
    }
    assertThrows(NoSuchFileException.class, () -> NpyFile.open(dir.resolve("none.npy")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]| not a dictionary",
        "not a dict| other than a literal at character 0",
        "{'descr': '<f4', 'fortran_order': False}| 'shape'",
        "{'descr': '<f4', 'shape': (2,)}| 'fortran_order'",
        "{'fortran_order': False, 'shape': (2,)}| 'descr'",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}| 'fortran_order'",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}| 'shape'",
        "{'descr': '<f4', 'fortran_order': False, 'shape': ()}| a single number",
        "{'descr': b'<f4', 'fortran_order': False, 'shape': (2,)}| a type that is bytes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2, | ends unexpectedly",
        "{'descr': '\\x3', 'fortran_order': False, 'shape': (2,)}| without its 2 digits",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999,)}| impossible",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904,4,4)}| takes",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}| takes 12 bytes, found 8",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,0)}| cannot be the width of a row"
      })
  void anInvalidHeaderIsMalformed(String header, String expected) throws IOException {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(18 + text.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.UTF_8)).putShort((short) 1);
    bytes.putShort((short) text.length).put(text);
    Path path = Files.write(dir.resolve("test.npy"), bytes.array());
    MalformedFileException e = assertThrows(MalformedFileException.class, () -> NpyFile.open(path));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
  }

  /**
   * Each line of npy-headers.tsv has a file and what numpy reads from it. All are read, except
   * types built from another type with a shape.
   */
  @Test
  void readsWhatNumpyReads() throws IOException {
    List<String> lines = Files.readAllLines(Golden.file("npy-headers.tsv"));
    assertTrue(lines.size() > 240);
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      Path path = Files.write(dir.resolve("case.npy"), HexFormat.of().parseHex(fields[1]));
      boolean isBuilt = BUILT.stream().anyMatch(fields[0]::contains);
      if (isBuilt || fields[2].equals("refused") || fields[2].startsWith("type ")) {
        assertThrows(MalformedFileException.class, () -> NpyFile.open(path), fields[0]);
        continue;
      }
      try (NpyFile file = NpyFile.open(path)) {
        String shape = file.shape().stream().map(String::valueOf).collect(Collectors.joining("x"));
        String values =
            Arrays.stream(file.readAllDoubles(""))
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(","));
        assertEquals(fields[2], shape + ":" + values, fields[0]);
      }
    }
  }

  @Test
  void aSecondArrayInTheFileIsNotMissed() throws IOException {
    byte[] whole = Files.readAllBytes(Golden.file("matrix-f4.npy"));
    byte[] twice = Arrays.copyOf(whole, 2 * whole.length);
    System.arraycopy(whole, 0, twice, whole.length, whole.length);
    Path path = Files.write(dir.resolve("twice.npy"), twice);
    MalformedFileException e = assertThrows(MalformedFileException.class, () -> NpyFile.open(path));
    assertTrue(e.getMessage().contains("a second array begins here"), e.getMessage());
  }

  @Test
  void aHugeHeaderOrAnUnknownVersionIsMalformed() throws IOException {
    byte[] prefix = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, -1, -1, -1, -1};
    Path path = Files.write(dir.resolve("huge.npy"), prefix);
    assertTrue(
        assertThrows(MalformedFileException.class, () -> NpyFile.open(path))
            .getMessage()
            .contains("4294967295 bytes"));
    prefix[6] = 4;
    Files.write(path, prefix);
    assertTrue(
        assertThrows(MalformedFileException.class, () -> NpyFile.open(path))
            .getMessage()
            .contains("version 4"));
  }
}
