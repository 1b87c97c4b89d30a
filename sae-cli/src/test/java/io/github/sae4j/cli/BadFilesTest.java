package io.github.sae4j.cli;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.NpzWriter;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.format.TorchWriter;
import io.github.sae4j.onnx.ToyModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of strangers, hostile or damaged: one sentence that names the file and the place. */
class BadFilesTest {
  private static final int ROWS = 1_000;
  private static final int WIDTH = 8;

  @TempDir Path directory;

  private CommandRun train(Path data, String... more) {
    String[] words = {
      "train",
      "--data",
      data.toString(),
      "--out",
      directory.resolve("run").toString(),
      "--latents",
      "16",
      "--k",
      "2",
      "--batch",
      "64",
      "--holdout",
      "0",
      "--keep-checkpoints",
      "3"
    };
    return CommandRun.of(Stream.concat(Arrays.stream(words), Arrays.stream(more)).toArray());
  }

  private Path resource(String name) throws IOException {
    Path file = directory.resolve(Path.of(name).getFileName());
    try (InputStream in = getClass().getResourceAsStream("/" + name)) {
      Files.copy(in, file);
    }
    return file;
  }

  private static float[] rows() {
    float[] values = new float[ROWS * WIDTH];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    return values;
  }

  private static FloatTensor tensor(float[] values) {
    return FloatTensor.of(
        (from, dst, at, n) -> System.arraycopy(values, (int) from, dst, at, n),
        values.length / WIDTH,
        WIDTH);
  }

  @Test
  void hostileFiles() throws IOException {
    Path hostile = resource("format/hostile.pt");
    train(hostile).refused("hostile.pt (at byte ", "'posix.system' is requested");
    train(resource("format/bomb.npz"))
        .refused("bomb.npz", "unpacks to more than 200 times the size of the file");
    train(resource("format/traversal.npz")).refused("traversal.npz", "points outside the archive");
    train(resource("format/module.pt")).refused("torch.nn.modules.linear.Linear");
    Path sae = Files.createDirectory(directory.resolve("ae"));
    Files.copy(hostile, sae.resolve("ae.pt"));
    Files.writeString(sae.resolve("config.json"), "{}");
    CommandRun.of("convert", "--sae", sae, "--to", "saelens", "--out", directory.resolve("o"))
        .refused("ae.pt", "'posix.system' is requested");
    assertFalse(Files.exists(directory.resolve("run")));
    assertFalse(Files.exists(directory.resolve("o")));
  }

  @Test
  void impossibleAndDamagedFiles() throws IOException {
    Path huge = directory.resolve("huge.npy");
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000000, 4)}\n";
    byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0};
    byte[] whole = Arrays.copyOf(start, start.length + header.length() + 64);
    System.arraycopy(
        header.getBytes(StandardCharsets.US_ASCII), 0, whole, start.length, header.length());
    Files.write(huge, whole);
    train(huge).refused("huge.npy", "takes 16000000000000000000 bytes, found 64");
    Path cut = directory.resolve("cut.pt");
    TorchWriter.write(cut, Map.of("x", tensor(rows())));
    byte[] bytes = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    train(cut).refused("cut.pt", "not a valid zip file");
    Path duplicate = directory.resolve("d.safetensors");
    String json = "{\"x\":{},\"x\":{}}";
    byte[] doubled = new byte[8 + json.length()];
    doubled[0] = (byte) json.length();
    System.arraycopy(json.getBytes(StandardCharsets.US_ASCII), 0, doubled, 8, json.length());
    Files.write(duplicate, doubled);
    train(duplicate).refused("d.safetensors", "field 'x' occurs twice");
    train(resource("format/legacy.pt")).refused("before PyTorch 1.6");
    train(resource("format/ragged.arrow")).refused("lists of different lengths");
  }

  @Test
  void shardsThatDoNotGoTogether() throws IOException {
    Path shards = Files.createDirectory(directory.resolve("shards"));
    new SafetensorsWriter().floats("x", tensor(rows())).write(shards.resolve("0.safetensors"));
    Path second = shards.resolve("1.safetensors");
    new SafetensorsWriter().floats("x", rows(), ROWS * WIDTH / 4, 4).write(second);
    train(shards).refused("0.safetensors has rows of 8 F32", "1.safetensors has rows of 4 F32");
    new SafetensorsWriter().bf16("x", rows(), ROWS, WIDTH).write(second);
    train(shards).refused("1.safetensors has rows of 8 BF16");
    NpzWriter.write(shards.resolve("2.npz"), Map.of("x", tensor(rows())));
    train(shards).refused(".safetensors and .npz files");
  }

  @Test
  void rowsThatAreNotFinite() throws IOException {
    float[] values = rows();
    values[777 * WIDTH + 5] = Float.NaN;
    Path file = directory.resolve("nan.npz");
    NpzWriter.write(file, Map.of("x", tensor(values)));
    CommandRun failed = train(file);
    assertEquals(ExitCode.WRONG_INPUT, failed.exitCode(), failed.err());
    assertTrue(failed.err().contains("nan.npz, tensor x, row 777, column 5 is NaN"), failed.err());
    CommandRun skipped = train(file, "--overwrite", "--on-nonfinite", "skip").succeeded();
    assertTrue(skipped.err().contains("skipping rows that are not finite"), skipped.err());
    assertTrue(skipped.err().contains("1 rows that are not finite"), skipped.err());
    Path run = directory.resolve("run");
    CommandRun.of("eval", "--sae", run, "--data", file, "--rows", "all", "--on-nonfinite", "fail")
        .refused("row 777, column 5 is NaN");
  }

  /** The rows of a report's texts are treated as those that it measures. */
  @Test
  void textsWithRowsThatAreNotFinite() throws IOException {
    ToyWorld world = ToyWorld.trained(Files.createDirectory(directory.resolve("world")));
    Path shard = world.dump().resolve("shard-00000.safetensors");
    try (FileChannel file = FileChannel.open(shard, READ, WRITE)) {
      ByteBuffer start = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      file.read(start, 0);
      ByteBuffer header = ByteBuffer.allocate((int) start.getLong(0));
      file.read(header, 8);
      long rows =
          new ObjectMapper()
              .readTree(header.array())
              .get(ToyModel.MIXED)
              .at("/data_offsets/0")
              .asLong();
      file.write(start.clear().putFloat(0, Float.NaN).limit(4), 8 + header.capacity() + rows);
    }
    Path page = directory.resolve("page");
    String[] words = {
      "report",
      "--no-verify",
      "--sae",
      world.run().toString(),
      "--data",
      world.dump().toString(),
      "--out",
      page.toString(),
      "--on-nonfinite"
    };
    CommandRun failed = CommandRun.of(Stream.concat(Stream.of(words), Stream.of("fail")).toArray());
    assertEquals(ExitCode.WRONG_INPUT, failed.exitCode(), failed.err());
    assertTrue(failed.err().contains(", row 0, column 0 is NaN"), failed.err());
    CommandRun.of(Stream.concat(Stream.of(words), Stream.of("skip")).toArray()).succeeded();
    assertTrue(Files.exists(page.resolve("index.html")));
  }
}
