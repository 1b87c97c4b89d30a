package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchOptionsTest {
  private static final Pattern MEMORY = Pattern.compile("heap=(\\d+) nd4j=(\\d+) exact=(yes|no)$");

  @TempDir Path directory;

  /** An .npy file of rows that are all zero: sparse on the disk. */
  private String rows(int rows, int width) throws IOException {
    Path file = directory.resolve("rows.npy");
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(rows, width);
    byte[] padded =
        (header + " ".repeat(117 - header.length()) + "\n").getBytes(StandardCharsets.US_ASCII);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) padded.length, 0});
      out.write(padded);
      out.setLength(10 + padded.length + 4L * rows * width);
    }
    return file.toString();
  }

  private static Matcher memory(String... words) {
    String options = LaunchOptions.words(List.of(words));
    Matcher memory = MEMORY.matcher(options);
    assertTrue(memory.find(), options);
    return memory;
  }

  @Test
  void trainingGetsWhatItsPlanSays() throws IOException {
    String data = rows(200_000, 768);
    Matcher large =
        memory("--verbose", "train", "--data", data, "--out", "x", "--latents", "65536");
    assertEquals("yes", large.group(3));
    int heap = Integer.parseInt(large.group(1));
    int nd4j = Integer.parseInt(large.group(2));
    assertTrue(heap > 1100 && heap < 1600, "two windows, the decoder and some: " + heap);
    assertTrue(nd4j > 1200 && nd4j < 2000, "parameters, moments and some: " + nd4j);
    Matcher small =
        memory(
            "train", "--data", data, "--out", "x", "--latents=512", "--shuffle-buffer-rows=4096");
    assertTrue(Integer.parseInt(small.group(1)) < 500);
  }

  @Test
  void aSweepGetsWhatItsRunsTakeTogether() throws IOException {
    String data = rows(200_000, 64);
    Matcher one = memory("train", "--data", data, "--out", "x", "--latents=4096", "--k=8");
    Matcher two = memory("sweep", "--data", data, "--out", "x", "--latents=4096", "--k=8,16");
    Matcher apart =
        memory("sweep", "--data", data, "--out", "x", "--latents=4096", "--k=8,9", "--together=1");
    assertEquals("yes", two.group(3));
    int nd4j = Integer.parseInt(one.group(2)) - 256;
    assertEquals(2 * nd4j, Integer.parseInt(two.group(2)) - 256, 2);
    assertEquals(one.group(2), apart.group(2));
  }

  @Test
  void otherCommandsGetAtLeastSomething() {
    assertEquals("no", memory("quickstart", "--latents", "1024").group(3));
  }

  @Test
  void aPursuitGetsRoomForTheProductsOfItsLatents() throws IOException {
    Files.writeString(
        directory.resolve("cfg.json"),
        "{\"architecture\": \"standard\", \"d_in\": 16, \"d_sae\": 8192, \"dtype\": \"float32\"}");
    String sae = directory.toString();
    Matcher own = memory("eval", "--sae", sae, "--data", rows(100, 16));
    Matcher pursuit =
        memory("eval", "--sae", sae, "--data", "x.npy", "--encoder", "pursuit", "--k", "8");
    int products = 4 * 8192 / 1024 * 8192 / 1024; // MB
    assertEquals(Integer.parseInt(own.group(1)) + products, Integer.parseInt(pursuit.group(1)), 1);
  }

  @Test
  void whatIsWrongIsLeftToTheCommand() throws IOException {
    String data = rows(5000, 16);
    for (List<String> words :
        List.of(
            List.of("train", "--data", "missing.npy", "--out", "x"),
            List.of("train", "--data", data),
            List.of("train", "--data", data, "--out", "x", "--batch", "many"),
            List.of("train", "--data", data, "--out", "x", "--k", "1000000"),
            List.of("eval", "--sae", directory.toString(), "--data", data),
            List.of("nothing"))) {
      assertFalse(LaunchOptions.words(words).contains("heap"), words.toString());
    }
    assertFalse(Files.exists(Path.of("x")));
  }
}
