package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.format.SafetensorsWriter;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationSourcesTest {
  @TempDir Path dir;

  @Test
  void readsShardsInTheOrderOfTheirNumbers() throws IOException {
    writeShard("part-10.safetensors", 3, 2, 100);
    writeShard("part-9.safetensors", 2, 2, 0);
    writeShard("part-9b.safetensors", 0, 2, 0);
    try (ActivationSource source = ActivationSources.open(dir, "x")) {
      assertEquals(5, source.rows());
      assertEquals(2, source.width());
      assertTrue(source.description().contains("3 files), tensor x"), source.description());
      float[] rows = new float[9];
      source.read(1, 4, rows, 1);
      assertArrayEquals(new float[] {0, 2, 3, 100, 101, 102, 103, 104, 105}, rows);
      assertThrows(IndexOutOfBoundsException.class, () -> source.read(3, 3, rows, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> source.read(0, 5, rows, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> source.read(-1, 1, rows, 0));
    }
  }

  @Test
  void slicesCountFromTheirOwnStart() throws IOException {
    writeShard("a.safetensors", 4, 2, 0);
    try (ActivationSource source = ActivationSources.open(dir.resolve("a.safetensors"), null)) {
      ActivationSource slice = source.slice(1, 3);
      float[] row = new float[2];
      slice.read(1, 1, row, 0);
      assertArrayEquals(new float[] {4, 5}, row);
      assertEquals(2, slice.rows());
      assertThrows(IndexOutOfBoundsException.class, () -> slice.read(1, 2, new float[4], 0));
      assertThrows(IndexOutOfBoundsException.class, () -> source.slice(1, 5));
    }
  }

  @Test
  void readsNpyFilesAndDirectoriesOfThem() throws IOException {
    Path golden = golden("matrix-f4.npy");
    Files.copy(golden, dir.resolve("b.npy"));
    Files.copy(golden("one-row-f4.npy"), dir.resolve("a.npy"));
    try (ActivationSource source = ActivationSources.open(dir, null)) {
      assertEquals(6, source.rows());
      float[] rows = new float[8];
      source.read(0, 2, rows, 0);
      assertArrayEquals(new float[] {-3, -2.5f, -2, -1.5f, -3, -2.5f, -2, -1.5f}, rows);
    }
    assertMessage("omit the tensor 'x'", golden, "x");
    Files.copy(golden("matrix-f8-fortran.npy"), dir.resolve("c.npy"));
    assertMessage("c.npy has rows of 4 F64", dir, null);
  }

  /** Each kind of file holds the first rows of the same ramp. */
  @ParameterizedTest
  @CsvSource({
    "tensor.pt, , 5, 4",
    "half.pt, , 5, 4",
    "nested.pt, model.weight, 5, 4",
    "views.pt, transposed, 5, 0",
    "list.pt, , 9, 0",
    "stored.npz, , 5, 4",
    "deflated.npz, fortran, 6, 4",
    "saelens.arrow, , 6, 4",
    "fixed.arrow, a, 5, 4"
  })
  void readsEveryKindOfFile(String name, String tensor, int rows, int rampWidth)
      throws IOException {
    try (ActivationSource source = ActivationSources.open(golden(name), tensor)) {
      assertEquals(rows, source.rows());
      assertEquals(4, source.width());
      float[] all = new float[rows * 4];
      source.read(0, rows, all, 0);
      for (int i = 0; i < all.length && rampWidth > 0; i++) {
        assertEquals(.5f * i - 3, all[i]);
      }
      assertTrue(source.description().contains(name), source.description());
    }
  }

  @Test
  void readsRawRowsWithTheirDescription() throws IOException {
    Path file = dir.resolve("rows.bin");
    ByteBuffer bytes = ByteBuffer.allocate(2 + 3 * 2 * 4); // big-endian
    bytes.putShort((short) 7);
    for (int i = 0; i < 6; i++) {
      bytes.putFloat(i + .5f);
    }
    Files.write(file, bytes.array());
    assertThrows(NoSuchFileException.class, () -> ActivationSources.open(file, null), "rows.json");
    Path description = dir.resolve("rows.json");
    Files.writeString(
        description,
        "{'dtype':'float32','width':2,'offset':2,'byteorder':'big'}".replace('\'', '"'));
    try (ActivationSource source = ActivationSources.open(dir, null)) {
      float[] rows = new float[4];
      source.read(1, 2, rows, 0);
      assertEquals(3, source.rows());
      assertArrayEquals(new float[] {2.5f, 3.5f, 4.5f, 5.5f}, rows);
    }
    for (String[] wrong :
        new String[][] {
          {"{'dtype':'float32','width':4,'offset':2}", "not a whole number of rows of 4 F32"},
          {"{'dtype':'float32','width':2,'offset':99}", "not a whole number of rows"},
          {"{'dtype':'int8','width':2}", "dtype must be bfloat16, float16, float32, float64"},
          {"{'dtype':'float32'}", "width must be a number of at least 1"},
          {"{'dtype':'float32','width':0}", "width must be a number of at least 1"},
          {"{'dtype':'float32','width':2,'width':2}", "not valid JSON"},
          {"{'dtype':'float32','width':2,'rows':2}", "unknown field 'rows'"},
          {"{'dtype':'float32','width':2,'byteorder':'middle'}", "byteorder"},
          {"[]", "expected a JSON object"}
        }) {
      Files.writeString(description, wrong[0].replace('\'', '"'));
      MalformedFileException e =
          assertThrows(
              MalformedFileException.class, () -> ActivationSources.open(file, null), wrong[0]);
      assertTrue(e.getMessage().contains(wrong[1]), e.getMessage());
    }
  }

  /** Writes a sparse file, of which only the end is on disk. */
  @Test
  void readsMoreThan2To31RowsInAFileOf4Gigabytes() throws IOException {
    long rows = (1L << 31) + 10;
    Path file = dir.resolve("large.bin");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(2 * rows);
      sparse.seek(2 * rows - 4);
      sparse.write(new byte[] {0, 0x3c, 0, 0x40}); // 1 and 2 as float16
    }
    Files.writeString(dir.resolve("large.json"), "{\"dtype\": \"float16\", \"width\": 1}");
    try (ActivationSource source = ActivationSources.open(file, null);
        ShuffledRows shuffled = new ShuffledRows(source, 1, 1 << 20, 1 << 20)) {
      assertEquals(rows, source.rows());
      float[] last = new float[3];
      source.read(rows - 3, 3, last, 0);
      assertArrayEquals(new float[] {0, 1, 2}, last);
      assertEquals(2, source.slice(rows - 5, rows).slice(3, 5).rows());
      shuffled.seek(new ShuffledRows.Position(3, rows - 7));
      assertEquals(9, shuffled.next(new float[9], 9)); // across the end of the epoch
      assertEquals(new ShuffledRows.Position(4, 2), shuffled.position());
    }
  }

  @Test
  void listsAndPatternsNameSeveralFiles() throws IOException {
    Files.createDirectories(dir.resolve("deep"));
    Path ten = writeShard("x10.safetensors", 2, 2, 100);
    Path nine = writeShard("x9.safetensors", 1, 2, 0);
    writeShard("deep/y.safetensors", 4, 2, 0);
    assertRows(3, 0, dir.resolve("x*.safetensors"));
    assertRows(3, 100, Path.of(ten + "," + nine));
    assertRows(1, 0, dir.resolve("x?.safetensors"));
    assertRows(4, 0, dir.resolve("d*/[xy].safetensors"));
    assertRows(6, 100, Path.of(ten + "," + dir.resolve("deep/*")));
    assertMessage("no file matches " + dir.resolve("z*.npy"), dir.resolve("z*.npy"), null);
    assertMessage("no file matches none", Path.of(ten + ",none"), null);
    assertMessage("between two commas", Path.of(ten + ","), null);
    Files.copy(golden("matrix-f4.npy"), dir.resolve("x11.npy"));
    assertMessage("are files of different kinds", dir.resolve("x1*"), null);
  }

  private static void assertRows(int rows, float first, Path path) throws IOException {
    try (ActivationSource source = ActivationSources.open(path, null)) {
      float[] row = new float[2];
      source.read(0, 1, row, 0);
      assertEquals(rows, source.rows());
      assertEquals(first, row[0]);
    }
  }

  @Test
  void opensTheOnlyTensorOfADump() throws IOException {
    Path target = dir.resolve("dump");
    DumpInfo info =
        new DumpInfo("m", "t", List.of(new DumpInfo.Tensor("h", 2, DType.F32)), true, 8);
    try (DumpWriter writer = DumpWriter.create(target, info)) {
      writer.addText(new TextRecord("a", "b", List.of()));
      writer.addRow(List.of(new float[] {4, 5}), new int[1], new RowOrigin(0, 0, 0, 1));
      writer.finish();
    }
    try (ActivationSource source = ActivationSources.open(target, null)) {
      float[] row = new float[2];
      source.read(0, 1, row, 0);
      assertArrayEquals(new float[] {4, 5}, row);
    }
    assertMessage("has no tensor 'H'; it has: h", target, "H");
  }

  @Test
  void errorsSayWhatIsWrong() throws IOException {
    assertMessage("does not exist", dir.resolve("none"), "x");
    assertMessage("holds no activations: neither", dir, "x");
    Path text = Files.writeString(dir.resolve("notes.txt"), "x");
    assertMessage("expected a directory, or a .safetensors, .npy", text, null);

    Path one = writeShard("one.safetensors", 2, 3, 0);
    assertMessage("no tensor 'y'; it has: x", one, "y");
    writeShard("two.safetensors", 2, 4, 0);
    assertMessage("one.safetensors has rows of 3 F32 values, but", dir, "x");
    assertMessage("two.safetensors has rows of 4 F32", dir, "x");

    Path several = dir.resolve("several.safetensors");
    new SafetensorsWriter()
        .floats("x", new float[4], 2, 2)
        .floats("y", new float[4], 2, 2)
        .floats("nothing", new float[0], 2, 0)
        .ints("ids", new int[4], 2, 2)
        .write(several);
    assertMessage("name one: x, y", several, null);
    assertMessage("expected rows of floats", several, "ids");
    Path none = dir.resolve("none.safetensors");
    new SafetensorsWriter().floats("bias", new float[4], 4).write(none);
    assertMessage("no tensor of rows", none, null);
    Files.copy(golden("matrix-f4.npy"), dir.resolve("c.npy"));
    assertMessage("holds .safetensors and .npy files", dir, "x");
  }

  private Path writeShard(String name, int rows, int width, int first) throws IOException {
    float[] values = new float[rows * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = first + i;
    }
    Path path = dir.resolve(name);
    new SafetensorsWriter().floats("x", values, rows, width).write(path);
    return path;
  }

  private static void assertMessage(String expected, Path path, String tensor) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> ActivationSources.open(path, tensor).close())
            .getMessage();
    assertTrue(message.contains(expected), message);
  }

  private static Path golden(String name) {
    try {
      return Path.of(
          Objects.requireNonNull(ActivationSourcesTest.class.getResource("/format/" + name))
              .toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
