package io.github.sae4j.train;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.NpzWriter;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.DumpCopy;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A program that fills up the small disk that it is given, for {@link DiskFullTest}. */
final class DiskFullRun {
  private static final int LEFT = 150_000; // bytes; a checkpoint has more

  private DiskFullRun() {}

  /** Arguments: a directory on a small disk, and one elsewhere. */
  public static void main(String[] args) throws Exception {
    Path disk = Path.of(args[0]);
    ActivationSource rows = new SyntheticFeatures(64, 32, .05, 7).rows(4_000, 11);
    Path whole = Path.of(args[1]).resolve("whole");
    new Trainer(rows, config(), whole).train();
    Path run = disk.resolve("run");
    Path ballast = disk.resolve("ballast");
    String message = "";
    try {
      new Trainer(rows, config(), run)
          .listener(
              new TrainListener() {
                @Override
                public void onStep(long step, long steps) {
                  if (step == 25) {
                    fill(ballast);
                  }
                }
              })
          .train();
    } catch (IOException e) {
      message = e.getMessage().replaceFirst(".* cannot be", "cannot be");
    }
    say("training: " + message);
    Checkpoint kept = new RunDirectory(run).newestCheckpoint(DiskFullRun::say).orElseThrow();
    say("kept: step " + kept.progress().step());
    say("left over: " + leftovers(run.resolve("checkpoints")));
    message = "";
    try {
      new DumpCopy(disk.resolve("dump"), DType.F32, 1_000, false).ofRows(rows, "", "x", done -> {});
    } catch (IOException e) {
      message = e.getMessage().replaceFirst(".* cannot be", "cannot be");
    }
    say("dump: " + message + ", left " + leftovers(disk));
    message = "";
    Path npz = disk.resolve("a.npz");
    try {
      NpzWriter.write(npz, Map.of("a", FloatTensor.of((from, dst, at, n) -> {}, 1_000_000)));
    } catch (IOException e) {
      message = e.getMessage().replaceFirst(".* cannot be", "cannot be");
    }
    say("npz: " + message + ", there " + Files.exists(npz) + ", left " + leftovers(disk));
    Files.delete(ballast);
    new Trainer(rows, config(), run).resume();
    boolean same =
        Arrays.equals(
            Files.readAllBytes(whole.resolve("sae/sae_weights.safetensors")),
            Files.readAllBytes(run.resolve("sae/sae_weights.safetensors")));
    say("resumed: same " + same);
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static void fill(Path ballast) {
    try (OutputStream out = Files.newOutputStream(ballast)) {
      FileStore store = Files.getFileStore(ballast);
      while (store.getUsableSpace() > LEFT) {
        out.write(new byte[4096]);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> leftovers(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> name.startsWith("."))
          .toList();
    }
  }

  private static TrainConfig config() {
    return TrainConfig.builder(512, new TopK(4, 8, TopK.AUX_COEFFICIENT))
        .batch(64)
        .epochs(1)
        .checkpointEvery(10)
        .keepCheckpoints(2)
        .build();
  }
}
