package io.github.sae4j.store;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.sae4j.format.FloatSource;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.NpzWriter;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.format.TorchWriter;
import io.github.sae4j.store.JoinedSource.Input;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Checks every source against one contract. */
class ActivationSourceContractTest {
  private static final int WIDTH = AbstractSourceTest.WIDTH;

  @Nested
  class InMemory extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) {
      return MemorySource.of(values, WIDTH);
    }
  }

  @Nested
  class InRowsOfArrays extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) {
      return MemorySource.of(rowsOf(values));
    }
  }

  @Nested
  class InAnArrayOfNd4j extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) {
      return MemorySource.of(Nd4j.create(rowsOf(values)).castTo(DataType.DOUBLE).dup('f'));
    }
  }

  private static float[][] rowsOf(float[] values) {
    float[][] rows = new float[values.length / WIDTH][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(values, row * WIDTH, (row + 1) * WIDTH);
    }
    return rows;
  }

  @Nested
  class InSafetensors extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) throws IOException {
      return FileSource.open(shards(values, WIDTH, directory.resolve("x")), "x");
    }
  }

  @Nested
  class InNpy extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) throws IOException {
      Path file = directory.resolve("rows.npy");
      String header =
          "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }\n"
              .formatted(values.length / WIDTH, WIDTH);
      ByteBuffer bytes =
          ByteBuffer.allocate(10 + header.length() + 4 * values.length)
              .order(ByteOrder.LITTLE_ENDIAN);
      bytes.put((byte) 0x93).put("NUMPY".getBytes(US_ASCII)).put((byte) 1).put((byte) 0);
      bytes.putShort((short) header.length()).put(header.getBytes(US_ASCII));
      bytes.asFloatBuffer().put(values);
      Files.write(file, bytes.array());
      return FileSource.open(List.of(file), null);
    }
  }

  @Nested
  class InTorch extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) throws IOException {
      Path file = directory.resolve("rows.pt");
      TorchWriter.write(file, Map.of("other", 3L, "x", tensor(values)));
      return FileSource.open(List.of(file), "x");
    }
  }

  @Nested
  class InNpz extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) throws IOException {
      Path file = directory.resolve("rows.npz");
      NpzWriter.write(file, Map.of("x", tensor(values)));
      return FileSource.open(List.of(file), null);
    }
  }

  @Nested
  class RawInBfloat16 extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(values.length * 2).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < values.length; i++) {
        values[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i]) & 0xffff0000);
        bytes.putShort((short) (Float.floatToRawIntBits(values[i]) >>> 16));
      }
      Path file = Files.write(directory.resolve("rows.bin"), bytes.array());
      Files.writeString(
          directory.resolve("rows.json"), "{\"dtype\": \"bfloat16\", \"width\": " + WIDTH + "}");
      return FileSource.open(List.of(file), null);
    }
  }

  private static FloatTensor tensor(float[] values) {
    FloatSource source = (from, dst, at, n) -> System.arraycopy(values, (int) from, dst, at, n);
    return FloatTensor.of(source, values.length / WIDTH, WIDTH);
  }

  @Nested
  class ASlice extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) {
      float[] more = new float[values.length + 5 * WIDTH];
      System.arraycopy(values, 0, more, 2 * WIDTH, values.length);
      return MemorySource.of(more, WIDTH).slice(2, 2 + values.length / WIDTH);
    }
  }

  @Nested
  class OneJoined extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) {
      return JoinedSource.of(List.of(new Input("all", MemorySource.of(values, WIDTH))));
    }
  }

  @Nested
  class ThreeJoined extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) throws IOException {
      List<Input> inputs = new ArrayList<>();
      int[] ends = {1, 5, WIDTH};
      int from = 0;
      for (int to : ends) {
        List<Path> files =
            shards(columns(values, from, to), to - from, directory.resolve("part" + to));
        inputs.add(new Input("to " + to, FileSource.open(files, "x")));
        from = to;
      }
      return JoinedSource.of(inputs);
    }
  }

  /** Returns a joined source of which one part is itself joined and another is a slice. */
  @Nested
  class NestedJoined extends AbstractSourceTest {
    @Override
    ActivationSource open(float[] values, Path directory) {
      int rows = values.length / WIDTH;
      Input a = new Input("a", MemorySource.of(columns(values, 0, 2), 2));
      Input b = new Input("b", MemorySource.of(columns(values, 2, 3), 1));
      float[] padded = Arrays.copyOf(columns(values, 3, WIDTH), (rows + 1) * (WIDTH - 3));
      ActivationSource c = MemorySource.of(padded, WIDTH - 3).slice(0, rows);
      return JoinedSource.of(
          List.of(new Input("ab", JoinedSource.of(List.of(a, b))), new Input("c", c)));
    }
  }

  /** Returns columns {@code [from, to)} of rows of {@code WIDTH} values. */
  private static float[] columns(float[] values, int from, int to) {
    int rows = values.length / WIDTH;
    float[] columns = new float[rows * (to - from)];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * WIDTH + from, columns, row * (to - from), to - from);
    }
    return columns;
  }

  /** Writes tensor x as three shards, the second of them empty; the cuts depend on the width. */
  private static List<Path> shards(float[] values, int width, Path directory) throws IOException {
    Files.createDirectories(directory);
    int cut = 100 + width;
    int[] ends = {cut, cut, values.length / width};
    List<Path> files = new ArrayList<>();
    int from = 0;
    for (int to : ends) {
      Path file = directory.resolve(files.size() + ".safetensors");
      float[] rows = Arrays.copyOfRange(values, from * width, to * width);
      new SafetensorsWriter().floats("x", rows, to - from, width).write(file);
      files.add(file);
      from = to;
    }
    return files;
  }
}
