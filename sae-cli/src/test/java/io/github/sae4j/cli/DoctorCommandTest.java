package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.FakeDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code sae doctor}. */
class DoctorCommandTest {

  @AfterEach
  void forget() {
    System.clearProperty(CudaDriver.PROPERTY);
    System.clearProperty(CublasLt.PROPERTY);
  }

  @Test
  void withoutADriverThereIsOneSentenceAndCode3() {
    System.setProperty(CudaDriver.PROPERTY, "/no/libcuda.so.1");
    CommandRun run = CommandRun.of("doctor");
    assertEquals(3, run.exitCode());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().startsWith("sae doctor: there is no NVIDIA driver at /no/"), run.err());
    assertTrue(run.out().contains("\nDriver    none that can be used; NVIDIA GPUs"), run.out());
    assertTrue(run.out().contains("\nDevice    --device auto takes cpu: there is no"), run.out());
    for (String label : new String[] {"Java", "CPU", "ND4J", "Product", "Memory"}) {
      assertTrue(run.out().lines().anyMatch(line -> line.startsWith(label + " ")), run.out());
    }
    assertEquals(2, CommandRun.of("doctor", "--device", "gpu").exitCode());
    CommandRun.of("doctor", "--device", "gpu").refused("must be auto, cpu, cuda or cuda:N");
  }

  @Test
  void theHostAloneNeedsNoDriver(@TempDir Path directory) throws IOException {
    System.setProperty(CudaDriver.PROPERTY, "/no/libcuda.so.1");
    Path file = directory.resolve("doctor.json");
    CommandRun run = CommandRun.of("doctor", "--device=cpu", "--json", file).succeeded();
    assertFalse(run.out().contains("Driver"), run.out());
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    assertEquals(0, json.get("faults").size());
    assertTrue(json.at("/product/gigaflops").asDouble() > 0);
    assertEquals(Runtime.getRuntime().availableProcessors(), json.at("/cpu/processors").asInt());
    assertFalse(json.has("driver"));
  }

  /** Every line about the host is what Linux says. */
  @Test
  void theHostIsDescribedAsLinuxDoes() throws IOException {
    Path cpuinfo = Path.of("/proc/cpuinfo");
    assumeTrue(Files.exists(cpuinfo), "needs /proc");
    CommandRun run = CommandRun.of("doctor", "--device=cpu", "--json", "-").succeeded();
    JsonNode json = new ObjectMapper().readTree(run.out());
    String text = Files.readString(cpuinfo);
    assertTrue(
        text.contains("\t: " + json.at("/cpu/model").asText() + "\n")
            || !text.contains("model name"));
    json.at("/cpu/flags").forEach(flag -> assertTrue(text.contains(" " + flag.asText())));
    String total = "MemTotal: *" + (json.at("/memory/total").asLong() >> 10) + " kB";
    assertTrue(
        Files.readString(Path.of("/proc/meminfo")).lines().anyMatch(line -> line.matches(total)));
    assertEquals(Runtime.getRuntime().maxMemory(), json.at("/memory/heap").asLong());
    assertTrue(run.err().contains("CPU  "), run.err());
  }

  @Nested
  class WithADriver {
    @RegisterExtension private final FakeDriver fake = new FakeDriver();

    @Test
    void gpusAreListedAndTested() throws IOException {
      System.setProperty(CublasLt.PROPERTY, FakeDriver.file().toString());
      fake.set("EMU_CAPABILITY", "9.0");
      CommandRun run = CommandRun.of("doctor").succeeded();
      assertEquals("", run.err());
      assertTrue(run.out().contains(FakeDriver.file() + ", for CUDA 13.0\n"), run.out());
      assertTrue(
          run.out()
              .contains(
                  "\nGPU 0     Emulated on the CPU at 0000:01:00.0, compute capability 9.0, 2"
                      + " multiprocessors, 1.0 GiB of 1.0 GiB free\n"),
          run.out());
      assertTrue(run.out().contains(" ms: a kernel of 64 threads\n"), run.out());
      assertTrue(run.out().contains(" ms: 3 steps of training\n"), run.out());
      assertTrue(
          run.out().matches("(?s).* product: \\d+ GFLOP/s in float32 by cublasLt.*"), run.out());
      assertTrue(
          run.out()
              .endsWith(
                  "\nDevice    --device auto takes cuda:0 (Emulated on the CPU): the only GPU\n"),
          run.out());
      assertTrue(run.out().contains("\ncublasLt  13.0.2, " + FakeDriver.file()), run.out());
      JsonNode json =
          new ObjectMapper().readTree(CommandRun.of("doctor", "--json", "-").succeeded().out());
      assertEquals("9.0", json.at("/gpus/0/capability").asText());
      assertEquals(1 << 30, json.at("/gpus/0/free").asLong());
      assertEquals("13.0.2", json.at("/cublaslt/version").asText());
      assertEquals("cuda:0 (Emulated on the CPU): the only GPU", json.get("auto").asText());
      assertTrue(json.at("/gpus/0/product/gigaflops").asDouble() > 0);
    }

    @Test
    void faultsAreSaidBesideTheFacts() throws IOException {
      System.setProperty(CublasLt.PROPERTY, "none");
      fake.set("EMU_DEVICES", 2).set("EMU_FAIL", "cuModuleLoadDataEx:1:221,cuModuleLoadDataEx:2:2");
      CommandRun run = CommandRun.of("doctor", "--json", "-");
      assertEquals(ExitCode.FAULTY_MACHINE, run.exitCode());
      JsonNode faults = new ObjectMapper().readTree(run.out()).get("faults");
      assertEquals(2, faults.size());
      for (JsonNode fault : faults) {
        assertTrue(run.err().contains("sae doctor: " + fault.asText() + "\n"), run.err());
      }
      assertTrue(run.err().contains("cublasLt  not found: our own product is used"), run.err());
      assertFalse(run.err().contains("\tat "), run.err());
    }
  }
}
