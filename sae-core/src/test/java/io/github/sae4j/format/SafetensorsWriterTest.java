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
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path dir;

  @Test
  void writesTheBytesThatTheFormatPrescribes() throws IOException {
    Path path = dir.resolve("x.safetensors");
    new SafetensorsWriter().ints("b", new int[] {1, -2}, 2).metadata("k", "v").write(path);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    String json =
        "{\"__metadata__\":{\"k\":\"v\"},"
            + "\"b\":{\"dtype\":\"I32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    int length = (json.length() + 7) / 8 * 8;
    assertEquals(length, bytes.getLong());
    byte[] header = new byte[length];
    bytes.get(header);
    assertEquals(
        json + " ".repeat(length - json.length()), new String(header, StandardCharsets.UTF_8));
    assertEquals(1, bytes.getInt());
    assertEquals(-2, bytes.getInt());
    assertEquals(0, bytes.remaining());
  }

  @Test
  void writtenTensorsAreReadBackBitForBit() throws IOException {
    Path path = dir.resolve("all.safetensors");
    float[] floats = Golden.ramp(50_000);
    floats[3] = Float.intBitsToFloat(0x7fc12345);
    floats[4] = Float.NEGATIVE_INFINITY;
    floats[5] = -0f;
    double[] doubles = {Math.PI, Double.NaN, Double.MIN_VALUE};
    new SafetensorsWriter()
        .bf16("rounded", new float[] {1, 0x1.01p0f, -2.5f, 99}, 3)
        .floats("floats", floats, 5, 9000)
        .doubles("doubles", doubles, 3)
        .longs("longs", new long[] {Long.MIN_VALUE, 5}, 2, 1)
        .ints("ints", new int[] {3}, 1)
        .floats("nothing", new float[0], 0, 7)
        .floats("scalar", new float[] {4})
        .metadata("größe", "\"quoted\"\n")
        .write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      int[] expected = bits(Arrays.copyOf(floats, 45_000));
      assertArrayEquals(expected, bits(file.readAllFloats("floats")));
      assertArrayEquals(doubles, file.readAllDoubles("doubles"));
      assertArrayEquals(new long[] {Long.MIN_VALUE, 5}, file.readAllLongs("longs"));
      assertArrayEquals(new int[] {3}, file.readAllInts("ints"));
      assertArrayEquals(new float[] {1, 1, -2.5f}, file.readAllFloats("rounded"));
      assertEquals(List.of(0L, 7L), file.tensor("nothing").shape());
      assertEquals(List.of(), file.tensor("scalar").shape());
      assertEquals(Map.of("größe", "\"quoted\"\n"), file.metadata());
      for (TensorInfo tensor : file.tensors().values()) {
        assertEquals(0, tensor.begin() % tensor.dtype().bytes(), tensor.name());
      }
    }
  }

  @Test
  void replacesAnOldFileAndLeavesNothingElseBehind() throws IOException {
    Path path = dir.resolve("new").resolve("x.safetensors");
    new SafetensorsWriter().ints("a", new int[1], 1).write(path);
    new SafetensorsWriter().ints("b", new int[1], 1).write(path);
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      assertTrue(file.tensors().containsKey("b"));
    }
    try (var files = Files.list(path.getParent())) {
      assertEquals(List.of(path), files.toList());
    }
  }

  @Test
  void refusesImpossibleTensors() {
    SafetensorsWriter writer = new SafetensorsWriter().ints("a", new int[1], 1);
    Class<IllegalArgumentException> refused = IllegalArgumentException.class;
    assertThrows(refused, () -> writer.ints("a", new int[1], 1));
    assertThrows(refused, () -> writer.ints("__metadata__", new int[1], 1));
    assertThrows(refused, () -> writer.ints("b", new int[3], 2, 2));
    assertThrows(refused, () -> writer.ints("b", new int[3], -1));
    assertThrows(refused, () -> writer.ints("b", new int[3], 1L << 62, 1L << 62));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  /** Found by the fuzzer: division by the width of empty rows. */
  @Test
  void emptyTensorsAreReadBack() throws IOException {
    Path file = dir.resolve("empty.safetensors");
    new SafetensorsWriter()
        .floats("none", new float[0], 0, 0)
        .floats("narrow", new float[0], 3, 0)
        .ints("ints", new int[0], 0, 0)
        .write(file);
    try (SafetensorsFile read = SafetensorsFile.open(file)) {
      assertEquals(0, read.readAllFloats("none").length);
      assertEquals(0, read.readAllFloats("narrow").length);
      assertEquals(0, read.readAllInts("ints").length);
    }
  }
}
