package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sae compress} and {@code sae decompress}. */
class CompressCommandTest {
  @TempDir private static Path directory;
  private static ToyWorld world;

  @BeforeAll
  static void prepare() throws IOException {
    world = ToyWorld.trained(directory);
    compress(world.saez()).succeeded();
  }

  private static CommandRun compress(Path out, Object... more) {
    return run("compress", world.run(), world.dump(), out, more);
  }

  private static CommandRun decompress(Path saez, Path out, Object... more) {
    return run("decompress", world.run(), saez, out, more);
  }

  private static CommandRun run(String command, Path sae, Path data, Path out, Object... more) {
    Object[] words = Arrays.copyOf(new Object[] {command}, 7 + more.length);
    List<Object> rest = List.of("--sae", sae, "--data", data, "--out", out);
    for (int i = 0; i < rest.size(); i++) {
      words[1 + i] = rest.get(i);
    }
    System.arraycopy(more, 0, words, 7, more.length);
    return CommandRun.of(words);
  }

  private static float[] rows(Path path) throws IOException {
    try (ActivationSource source = ActivationSources.open(path, null)) {
      float[] rows = new float[Math.toIntExact(source.rows() * source.width())];
      source.read(0, (int) source.rows(), rows, 0);
      return rows;
    }
  }

  /** Every kind of output has the same rows, which are wrong by no more than was said. */
  @Test
  void writesRowsAsOtherCommandsReadThem() throws IOException {
    Path json = directory.resolve("report.json");
    Path saez = directory.resolve("bounded.saez");
    CommandRun run = compress(saez, "--max-error", "0.125", "--json", json).succeeded();
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertEquals(Files.size(saez), report.get("bytes").longValue());
    assertTrue(run.out().contains("times smaller than float32"), run.out());
    float[] original = rows(world.dump());
    Path npy = directory.resolve("rows.npy");
    decompress(saez, npy).succeeded();
    float[] decompressed = rows(npy);
    double largest = 0;
    for (int i = 0; i < original.length; i++) {
      largest = Math.max(largest, Math.abs((double) original[i] - decompressed[i]));
    }
    assertEquals(largest, report.get("largest_error").doubleValue());
    assertTrue(largest <= 0.125 && largest > 0.1, largest + "");
    for (String name : List.of("rows.safetensors", "rows-dump")) {
      Path out = directory.resolve(name);
      decompress(saez, out).succeeded();
      assertArrayEquals(decompressed, rows(out));
    }
    Path some = directory.resolve("some.npy");
    decompress(saez, some, "--rows", "1030:1040").succeeded();
    int width = ToyWorld.WIDTH;
    assertArrayEquals(Arrays.copyOfRange(decompressed, 1030 * width, 1040 * width), rows(some));
  }

  @Test
  void aPursuitTakesTheEncodersPlace() {
    Path out = directory.resolve("pursuit.saez");
    compress(out, "--encoder", "orthogonal-pursuit", "--k", 3, "--bits", 4, "--scale", "row")
        .succeeded();
    compress(directory.resolve("none.saez"), "--k", 3).refused("--k needs --encoder");
  }

  @Test
  void existingFilesAreReplacedOnlyOnRequest() throws IOException {
    Path out = directory.resolve("twice.saez");
    compress(out).succeeded();
    compress(out).refused("twice.saez already exists", "--overwrite");
    compress(out, "--overwrite").succeeded();
    Path other = Files.writeString(directory.resolve("letter"), "a letter, not rows");
    compress(other, "--overwrite").refused("letter is not a .saez file");
    Path folder = Files.createDirectory(directory.resolve("folder"));
    compress(folder, "--overwrite").refused("--out must name a file", "folder is a directory");
    assertEquals("a letter, not rows", Files.readString(other));
    Path npy = Files.createFile(directory.resolve("there.npy"));
    decompress(world.saez(), npy).refused("there.npy already exists");
    decompress(world.saez(), npy, "--overwrite").succeeded();
    decompress(world.saez(), world.saez(), "--overwrite").refused("which --data reads");
  }

  @Test
  void whatDoesNotFitIsRefusedAndLeavesNothing() throws IOException {
    Path out = directory.resolve("out.npy");
    Path other = directory.resolve("other-run");
    world.train(other, "--seed", 5).succeeded();
    run("decompress", other, world.saez(), out).refused("dump.saez", "another SAE", "SHA-256");
    decompress(world.texts(), out).refused("texts.jsonl", "not a .saez file");
    decompress(directory.resolve("missing"), out).refused("missing does not exist");
    decompress(world.saez(), out, "--rows", "5:99999999").refused("5:99999999");
    decompress(world.saez(), out, "--rows", "holdout").refused("--rows must be 'all' or FROM:TO");
    decompress(world.saez(), out, "--dtype", "bf16").refused("--dtype can be used only for a dump");
    Path narrow = Files.write(directory.resolve("narrow.bin"), new byte[4 * 3 * 10]);
    Files.writeString(directory.resolve("narrow.json"), "{\"dtype\": \"float32\", \"width\": 3}");
    Path saez = directory.resolve("narrow.saez");
    run("compress", world.run(), narrow, saez)
        .refused("the SAE encodes rows of 8 values", "have 3");
    assertFalse(Files.exists(out));
    assertFalse(Files.exists(saez));
  }

  @Test
  void aDamagedFileIsNamedAndATruncatedOneSalvaged() throws IOException {
    byte[] bytes = Files.readAllBytes(world.saez());
    Path damaged = directory.resolve("damaged.saez");
    byte[] changed = bytes.clone();
    changed[bytes.length / 2] ^= 16;
    Files.write(damaged, changed);
    Path out = directory.resolve("damaged.npy");
    CommandRun refused = decompress(damaged, out);
    assertEquals(ExitCode.WRONG_INPUT, refused.exitCode());
    assertTrue(refused.err().matches("(?s).*damaged.saez.*block \\d+ of \\d+.*"), refused.err());
    assertFalse(Files.exists(out));
    CommandRun verified = CommandRun.of("verify", world.saez(), damaged);
    assertEquals(ExitCode.WRONG_INPUT, verified.exitCode());
    assertTrue(
        verified.out().contains("ok     " + world.saez() + ": compressed rows: "), verified.out());
    assertTrue(verified.out().contains("wrong  " + damaged), verified.out());
    Path cut = directory.resolve("cut.saez");
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2 + bytes.length / 4));
    decompress(cut, out).refused("cut.saez", "truncated", "1,024 rows of its 1 whole block");
    CommandRun salvaged = decompress(cut, out, "--salvage").succeeded();
    assertTrue(salvaged.err().contains("reading 1,024 rows of 1 whole block"), salvaged.err());
    Path all = directory.resolve("all.npy");
    decompress(world.saez(), all).succeeded();
    assertArrayEquals(Arrays.copyOf(rows(all), 1024 * ToyWorld.WIDTH), rows(out));
  }
}
