package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.FakeDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code --device} of the commands that read rows, on the emulated driver. */
class DeviceCommandsTest {
  private static final double TOLERANCE = 1e-4;

  @TempDir private static Path directory;
  private static ToyWorld world;

  @BeforeAll
  static void train() throws IOException {
    world = ToyWorld.trained(directory);
  }

  @BeforeEach
  void useOwnProducts() {
    System.setProperty(CublasLt.PROPERTY, "none");
  }

  @AfterEach
  void forget() {
    System.clearProperty(CublasLt.PROPERTY);
    System.clearProperty(CudaDriver.PROPERTY);
  }

  private static CommandRun eval(Object... more) {
    return with(more, "eval", "--sae", world.run(), "--data", world.dump());
  }

  private static CommandRun report(Path out, Object... more) {
    return with(more, "report", "--sae", world.run(), "--data", world.dump(), "--out", out);
  }

  private static CommandRun with(Object[] more, Object... first) {
    Object[] all = Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return CommandRun.of(all);
  }

  @Test
  void aGpuThatIsNotThereIsRefusedAndAutoTakesTheCpu(@TempDir Path out) {
    System.setProperty(CudaDriver.PROPERTY, "/no/libcuda.so.1");
    eval("--device", "cuda").refused("--device cuda cannot be used: there is no NVIDIA driver at");
    eval("--device", "cuda:1").refused("--device cuda:1 cannot be used: there is no NVIDIA driver");
    eval("--device", "gpu").refused("must be auto, cpu, cuda or cuda:N");
    report(out.resolve("no"), "--device=cuda").refused("--device cuda cannot be used: there is");
    assertFalse(Files.exists(out.resolve("no/index.html")));
    CommandRun auto = eval("--device", "auto").succeeded();
    assertTrue(
        auto.err().contains("encoding on cpu: there is no NVIDIA driver at /no/"), auto.err());
    CommandRun plain = eval().succeeded();
    assertEquals(plain.out(), auto.out());
    assertFalse(plain.err().contains("encoding on"), plain.err());
  }

  @Nested
  class OnAGpu {
    @RegisterExtension private final FakeDriver fake = new FakeDriver();

    @Test
    void evalMeasuresWhatItDoesOnTheCpu() throws IOException {
      JsonNode host = json(eval("--json", "-"));
      CommandRun run = eval("--json", "-", "--device", "auto");
      assertTrue(
          run.err().contains("encoding on cuda:0 (Emulated on the CPU): the only GPU"), run.err());
      assertTrue(fake.calls("cuLaunchKernel") > 0);
      JsonNode gpu = json(run);
      for (String exact : new String[] {"rows", "l0", "dead", "dense", "density_histogram"}) {
        assertEquals(host.get(exact), gpu.get(exact), exact);
      }
      for (String close : new String[] {"fvu", "mse", "cosine", "norm_ratio", "l1"}) {
        double expected = host.get(close).asDouble();
        assertEquals(expected, gpu.get(close).asDouble(), TOLERANCE * Math.abs(expected), close);
      }
    }

    @Test
    void aPursuitIsComparedOnTheCpu() throws IOException {
      String[] pursuit = {"--encoder", "pursuit", "--k", "2"};
      CommandRun host = eval((Object[]) pursuit).succeeded();
      CommandRun gpu =
          with(pursuit, "eval", "--sae", world.run(), "--data", world.dump(), "--device", "cuda")
              .succeeded();
      assertEquals(host.out(), gpu.out());
    }

    /** Contexts and concepts too, and the random dictionary beside it. */
    @Test
    void aReportShowsWhatItDoesOnTheCpu(@TempDir Path out) throws IOException {
      report(out.resolve("cpu")).succeeded();
      long before = fake.calls("cuLaunchKernel");
      CommandRun run = report(out.resolve("gpu"), "--device", "cuda:0").succeeded();
      assertTrue(run.err().contains("encoding on cuda:0 (Emulated on the CPU)"), run.err());
      assertTrue(fake.calls("cuLaunchKernel") > before);
      assertEquals(2, fake.calls("cuDevicePrimaryCtxRetain"), "the SAE and the random one");
      JsonNode host = latents(out.resolve("cpu"));
      JsonNode gpu = latents(out.resolve("gpu"));
      for (JsonNode page : List.of(host, gpu)) {
        ((ObjectNode) page).remove(List.of("written", "command"));
      }
      assertAlike(host, gpu, "");
    }

    private void assertAlike(JsonNode host, JsonNode gpu, String at) {
      assertEquals(host.getNodeType(), gpu.getNodeType(), at);
      assertEquals(host.size(), gpu.size(), at);
      if (host.isNumber()) {
        double expected = host.asDouble();
        assertEquals(expected, gpu.asDouble(), TOLERANCE * Math.max(1, Math.abs(expected)), at);
      } else if (host.isObject()) {
        host.fieldNames()
            .forEachRemaining(name -> assertAlike(host.get(name), gpu.get(name), at + "/" + name));
      } else if (host.isArray()) {
        for (int i = 0; i < host.size(); i++) {
          assertAlike(host.get(i), gpu.get(i), at + "/" + i);
        }
      } else {
        assertEquals(host, gpu, at);
      }
    }

    @Test
    void aGpuThatFailsEndsInOneSentence() {
      fake.set("EMU_FAIL", "cuLaunchKernel:3:719");
      fake.expectLeaks();
      CommandRun run = eval("--device", "cuda");
      assertEquals(ExitCode.WRONG_INPUT, run.exitCode(), run.err());
      assertEquals(2, run.err().lines().count(), run.err());
      assertTrue(
          run.err().lines().toList().get(1).matches("sae.*: .*a kernel failed.*"), run.err());
    }

    private JsonNode latents(Path report) throws IOException {
      return new ObjectMapper().readTree(report.resolve("latents.json").toFile());
    }

    private JsonNode json(CommandRun run) throws IOException {
      return new ObjectMapper().readTree(run.succeeded().out());
    }

    /** Two runs on two GPUs, each as it is alone on one. */
    @Test
    void aSweepSpreadsItsRunsOverTheGpus(@TempDir Path out) throws IOException {
      fake.set("EMU_DEVICES", 2);
      CommandRun run = sweep(out.resolve("two"), "cuda").succeeded();
      assertTrue(run.err().contains("training on 2 GPUs in turn: cuda:0, cuda:1\n"), run.err());
      assertTrue(fake.peakBytes(0) > 0 && fake.peakBytes(1) > 0, "one GPU did nothing");
      assertTrue(
          sweep(out.resolve("dry"), "auto", "--dry-run")
              .succeeded()
              .out()
              .contains("training on 2 GPUs in turn: cuda:0, cuda:1\n"));
      CommandRun one = sweep(out.resolve("one"), "cuda:1").succeeded();
      assertTrue(one.err().contains("training on cuda:1 (Emulated on the CPU)"), one.err());
      assertEquals(run.out(), one.out());
      CommandRun host = sweep(out.resolve("cpu"), "cpu").succeeded();
      assertFalse(host.err().contains("training on"), host.err());
      try (var files = Files.walk(out.resolve("one"))) {
        for (Path file :
            files
                .filter(f -> f.endsWith("sae_weights.safetensors"))
                .sorted(Comparator.naturalOrder())
                .toList()) {
          Path other = out.resolve("two").resolve(out.resolve("one").relativize(file));
          assertEquals(-1, Files.mismatch(file, other), other.toString());
        }
      }
    }

    private CommandRun sweep(Path out, String device, Object... more) {
      return with(
          more,
          "sweep",
          "--data",
          world.dump(),
          "--out",
          out,
          "--latents",
          32,
          "--k",
          "2,4",
          "--batch",
          64,
          "--device",
          device);
    }
  }
}
