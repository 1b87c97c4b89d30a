package io.github.sae4j.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/**
 * Runs the most common commands on a few rows to load their classes, which the build lists for an
 * archive that makes Java start faster (scripts/archive.sh).
 */
final class Rehearsal {
  private static final int ROWS = 256;
  private static final int WIDTH = 8;

  private final Path directory;
  private final Console silent =
      new Console(
          new PrintStream(OutputStream.nullOutputStream()),
          new PrintStream(OutputStream.nullOutputStream()),
          false);

  Rehearsal(Path directory) {
    this.directory = directory;
  }

  /** Exits with 0 if all commands succeed. The only argument is a working directory. */
  public static void main(String[] args) throws IOException {
    System.exit(new Rehearsal(Path.of(args[0])).run());
  }

  /** Returns the largest exit code of the commands. */
  int run() throws IOException {
    String rows = writeRows().toString();
    String out = directory.resolve("run").toString();
    int code = sae("--help");
    code =
        Math.max(
            code,
            sae("train", "--data", rows, "--out", out, "--latents=16", "--k=2", "--batch=64"));
    code = Math.max(code, sae("eval", "--sae", out, "--data", rows));
    return Math.max(code, sae("help", "train"));
  }

  private int sae(String... words) {
    return Sae.run(silent, words);
  }

  private Path writeRows() throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(ROWS * WIDTH * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(1);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) random.nextGaussian());
    }
    Files.writeString(
        directory.resolve("rows.json"),
        String.format(Locale.ROOT, "{\"dtype\": \"float32\", \"width\": %d}", WIDTH));
    return Files.write(directory.resolve("rows.bin"), bytes.array());
  }
}
