package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchFileTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "tensor.pt, '', F32, 5",
    "parameter.pt, '', F32, 5",
    "half.pt, a, F16, 5",
    "bfloat16.pt, a, BF16, 5",
    "double.pt, a, F64, 5",
    "cube.pt, '', F32, 6",
    "protocol4.pt, a, F32, 5"
  })
  void readsWhatTorchWrote(String name, String tensor, DType dtype, int rows) throws IOException {
    try (TorchFile file = TorchFile.open(Golden.file(name))) {
      TensorInfo info = file.tensor(tensor);
      assertEquals(dtype, info.dtype());
      assertEquals(rows, info.rows());
      assertEquals(4, info.width());
      assertArrayEquals(Golden.ramp(rows * 4), file.readAllFloats(tensor));
    }
  }

  @Test
  void viewsAreReadElementByElement() throws IOException {
    try (TorchFile file = TorchFile.open(Golden.file("views.pt"))) {
      float[] wide = Golden.ramp(50);
      assertArrayEquals(Arrays.copyOfRange(Golden.ramp(36), 8, 28), file.readAllFloats("rows"));
      assertMatrix(file, "columns", (r, c) -> wide[r * 10 + 3 + c]);
      assertMatrix(file, "every_other", (r, c) -> wide[r * 10 + 1 + 2 * c]);
      assertMatrix(file, "transposed", (r, c) -> Golden.ramp(20)[c * 5 + r]);
      assertMatrix(file, "expanded", (r, c) -> Golden.ramp(4)[c]);
      assertMatrix(file, "one_value", (r, c) -> Golden.ramp(5)[r]);
      assertMatrix(file, "sliced_transposed", (r, c) -> wide[r * 10 + 2 + c]);
      float[] stored = Golden.ramp(24);
      assertMatrix(file, "permuted", 6, (r, c) -> stored[c * 6 + r % 3 * 2 + r / 3]);
      assertEquals(List.of(2L, 3L, 4L), file.tensor("permuted").shape());
      assertArrayEquals(new float[] {2.5f}, file.readAllFloats("scalar"));
      assertEquals(0, file.readAllFloats("empty").length);
    }
  }

  private interface Element {
    float at(int row, int column);
  }

  private static void assertMatrix(TorchFile file, String name, Element element)
      throws IOException {
    assertMatrix(file, name, 5, element);
  }

  /** Reads the whole, and from every element to every later one. */
  private static void assertMatrix(TorchFile file, String name, int rows, Element element)
      throws IOException {
    TensorInfo tensor = file.tensor(name);
    assertEquals(rows, tensor.rows());
    float[] expected = new float[rows * 4];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = element.at(i / 4, i % 4);
    }
    assertArrayEquals(expected, file.readAllFloats(name), name);
    for (int from = 0; from < expected.length; from++) {
      for (int to = from; to <= expected.length; to++) {
        float[] part = new float[to - from];
        file.readFloats(tensor, from, part.length, part, 0);
        assertArrayEquals(Arrays.copyOfRange(expected, from, to), part, name + from + "-" + to);
      }
    }
  }

  @Test
  void aListOfTensorsIsKeptInItsOrder() throws IOException {
    try (TorchFile file = TorchFile.open(Golden.file("list.pt"))) {
      assertEquals(List.of("0", "1", "2"), file.listed());
      assertArrayEquals(Golden.ramp(12), file.readAllFloats("0"));
      assertArrayEquals(Arrays.copyOfRange(Golden.ramp(20), 12, 20), file.readAllFloats("1"));
      assertArrayEquals(Golden.ramp(16), file.readAllFloats("2"));
    }
  }

  @Test
  void namesArePathsAndNumbersAreValues() throws IOException {
    try (TorchFile file = TorchFile.open(Golden.file("nested.pt"))) {
      assertEquals(
          List.of("model.weight", "model.bias", "tuple.0", "tuple.1", "ordered.k", "0"),
          List.copyOf(file.tensors().keySet()));
      assertArrayEquals(Golden.ramp(20), file.readAllFloats("model.weight"));
      assertArrayEquals(Golden.ramp(5), file.readAllFloats("model.bias"));
      assertArrayEquals(new long[] {1, 2, 3}, file.readAllLongs("tuple.0"));
      assertArrayEquals(new int[] {1, 0}, file.readAllInts("tuple.1"));
      assertArrayEquals(new int[] {7}, file.readAllInts("ordered.k"));
      assertArrayEquals(new int[] {1, -2}, file.readAllInts("0"));
      assertEquals(32L, file.values().get("numbers.k"));
      assertEquals(1L << 40, file.values().get("numbers.big"));
      assertEquals(-7L, file.values().get("numbers.negative"));
      assertEquals(.125, file.values().get("numbers.lr"));
      assertEquals(true, file.values().get("numbers.on"));
      assertEquals("TopK", file.values().get("activation"));
      assertEquals("cpu", file.values().get("device"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hostile.pt, system",
    "module.pt, torch.nn.modules.linear.Linear",
    "legacy.pt, before PyTorch 1.6",
    "stored.npz, no data.pkl",
    "golden.safetensors, not a valid zip file"
  })
  void refusesMoreThanTensors(String name, String expected) {
    assertRefused(Golden.file(name), expected);
  }

  private static void assertRefused(Path path, String expected) {
    MalformedFileException e =
        assertThrows(MalformedFileException.class, () -> TorchFile.open(path));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertTrue(e.getMessage().contains(path.getFileName().toString()), e.getMessage());
  }

  @Test
  void everyTruncationIsMalformed() throws IOException {
    byte[] whole = Files.readAllBytes(Golden.file("nested.pt"));
    Path path = dir.resolve("cut.pt");
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThrows(MalformedFileException.class, () -> TorchFile.open(path).close());
    }
  }

  /** Programs with faulty memory, numbers or references. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|ends unexpectedly",
        ".|a value is missing",
        "]|ends unexpectedly",
        "K|ends unexpectedly",
        "h5.|used before it is defined",
        "e.|start of a group is missing",
        "]K1s.|a value is missing",
        "}K1K1s}K1s.|a key that is not a string",
        "K1(K1e.|expected a list, found something else",
        "}(K1u.|a key without a value",
        "c__builtin__~eval~.|'__builtin__.eval'",
        "ctorch~Size~K1R.|found something else",
        "ctorch~FloatStorage~)R.|not a function",
        "Xzzzz.|ends unexpectedly",
        "i.|operation 0x69 is not needed for tensors",
        "ctorch._utils~_rebuild_tensor_v2~)R.|argument 0 of a call",
        "]Q.|a storage is not described"
      })
  void aWrongProgramIsMalformed(String program, String expected) throws IOException {
    String text = program == null ? "" : program.replace('~', '\n');
    assertRefused(archive(text.getBytes(StandardCharsets.ISO_8859_1)), expected);
  }

  /** A list that contains itself, and one that doubles at each step. */
  @Test
  void endlessContentIsRefused() throws IOException {
    Path endless = archive("]q0h0a.".replace("0", "\0").getBytes(StandardCharsets.ISO_8859_1));
    try (TorchFile file = TorchFile.open(endless)) {
      assertEquals(Map.of(), file.tensors());
    }
    StringBuilder doubling = new StringBuilder("]K\001a");
    for (int i = 0; i < 40; i++) {
      doubling.append("q\001]h\001ah\001a");
    }
    assertRefused(
        archive(doubling.append('.').toString().getBytes(StandardCharsets.ISO_8859_1)),
        "holds something that tensors do not need");
  }

  private Path archive(byte[] program) throws IOException {
    Path path = dir.resolve("made.pt");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
      ZipEntry entry = new ZipEntry("made/data.pkl");
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(program.length);
      CRC32 crc = new CRC32();
      crc.update(program);
      entry.setCrc(crc.getValue());
      zip.putNextEntry(entry);
      zip.write(program);
    }
    return path;
  }

  /**
   * Any shape, stride or offset beyond the storage is refused; here a dimension's size is one byte.
   */
  @Test
  void aTensorBeyondItsStorageIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(Golden.file("tensor.pt"));
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    int shape = text.indexOf("K\005K\004\206");
    assertTrue(shape > 0);
    whole[shape + 1] = 6;
    Path path = Files.write(dir.resolve("tall.pt"), whole);
    assertRefused(
        path, "shape [6, 4], strides [4, 1] and offset 0 extends beyond its storage of 20");
  }
}
