package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.github.sae4j.onnx.ToyModel;
import io.github.sae4j.store.Checksums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --device} of {@code sae harvest} and {@code sae splice}. */
class ModelDeviceOptionTest {
  @TempDir private static Path directory;
  private static ToyWorld world;

  @BeforeAll
  static void prepare() throws IOException {
    world = ToyWorld.trained(directory);
  }

  private static CommandRun harvest(Path out, Object... more) {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("harvest", "--model", world.model(), "--tokenizer", world.tokenizer()));
    words.addAll(List.of("--text", world.texts(), "--tensor", ToyModel.MIXED, "--out", out));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  private static CommandRun splice(Object... more) {
    List<Object> words = new ArrayList<>();
    words.addAll(List.of("splice", "--model", world.model(), "--tokenizer", world.tokenizer()));
    words.addAll(List.of("--text", world.texts(), "--sae", world.run(), "--max-texts", 5));
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  private static List<String> checksums(Path dump) throws IOException {
    try (Stream<Path> files = Files.list(dump)) {
      List<String> checksums = new ArrayList<>();
      for (Path file :
          files.filter(each -> each.toString().endsWith(".safetensors")).sorted().toList()) {
        checksums.add(Checksums.crc32c(file));
      }
      return checksums;
    }
  }

  private static void needsNoGpu() {
    assumeFalse(Files.exists(Path.of("/proc/driver/nvidia/version")), "there is a driver");
  }

  @Test
  void whatWasTakenIsSaid() throws IOException {
    CommandRun cpu = harvest(directory.resolve("cpu"), "--device", "CPU").succeeded();
    assertTrue(cpu.err().contains("running the model on cpu: as asked for\n"), cpu.err());
    needsNoGpu();
    CommandRun auto = harvest(directory.resolve("auto")).succeeded();
    boolean provider = OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    String why = provider ? "no NVIDIA driver is installed" : "this build runs models on the CPU";
    assertTrue(auto.err().contains("running the model on cpu: " + why), auto.err());
    assertEquals(checksums(directory.resolve("cpu")), checksums(directory.resolve("auto")));
    assertTrue(splice().succeeded().err().contains("running the model on cpu: " + why));
  }

  @Test
  void aGpuThatIsNotThereIsRefused() {
    needsNoGpu();
    Path out = directory.resolve("refused");
    harvest(out, "--device", "cuda").refused("sae harvest: --device cuda cannot be used: ");
    harvest(out, "--device", "cuda:3").refused("--device cuda:3 cannot be used: ");
    assertFalse(Files.exists(out));
    splice("--device", "cuda").refused("sae splice: --device cuda cannot be used: ");
    harvest(out, "--device", "tpu").refused("--device", "auto, cpu, cuda or cuda:N");
  }
}
