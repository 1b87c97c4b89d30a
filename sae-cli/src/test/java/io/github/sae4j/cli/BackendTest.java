package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4jBackend;

/** The ND4J backend on the class path, in the build with {@code -Pcuda} and without. */
class BackendTest {
  private static final String CPU = "org.nd4j.linalg.cpu.nativecpu.CpuBackend";
  private static final String CUDA = "org.nd4j.linalg.jcublas.JCublasBackend";

  /** The services on the class path that compute; ours only check and choose. */
  private static List<String> backends() throws IOException {
    List<String> backends = new ArrayList<>();
    for (URL list :
        Collections.list(
            BackendTest.class
                .getClassLoader()
                .getResources("META-INF/services/" + Nd4jBackend.class.getName()))) {
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(list.openStream(), StandardCharsets.UTF_8))) {
        lines
            .lines()
            .map(line -> line.replaceFirst("#.*", "").strip())
            .filter(line -> !line.isEmpty() && !line.startsWith("io.github.sae4j."))
            .forEach(backends::add);
      }
    }
    return backends;
  }

  @Test
  void thereIsExactlyOne() throws IOException {
    boolean cuda = System.getProperty("java.class.path").contains("nd4j-cuda-");
    assertEquals(List.of(cuda ? CUDA : CPU), backends());
  }

  /** In the build with {@code -Pcuda}, on a machine without a driver. */
  @Test
  void theCudaBackendIsRefusedWithoutADriver(@TempDir Path directory) throws Exception {
    assumeTrue(backends().contains(CUDA), "this is the build for the CPU");
    assumeTrue(!Files.exists(Path.of("/proc/driver/nvidia/version")), "there is a driver");
    ToyWorld world = ToyWorld.write(directory);
    world.harvest().succeeded(); // needs no ND4J
    Distribution distribution = Distribution.in(directory.resolve("checkout"));
    Path run = directory.resolve("run");
    refused(distribution, world.trainArguments(run));
    try (Stream<Path> left = Files.list(run)) {
      assertEquals(List.of(), left.toList());
    }
    Path sweep = directory.resolve("sweep");
    refused(
        distribution,
        List.of("sweep", "--data", world.dump(), "--out", sweep, "--k", "2,3", "--batch", 64));
    assertFalse(Files.exists(sweep));
  }

  private static void refused(Distribution distribution, List<Object> words) throws Exception {
    Distribution.Ended ended = distribution.run("sae", Map.of(), words.toArray());
    assertEquals(ExitCode.WRONG_INPUT, ended.exitCode(), ended.err());
    List<String> said = ended.err().lines().toList(); // a run describes its plan first
    String sentence = said.get(said.size() - 1);
    assertTrue(sentence.startsWith("sae: this build computes with ND4J's CUDA"), sentence);
    assertTrue(sentence.contains("(libcuda.so.1 is not found)"), sentence);
    assertFalse(ended.err().contains("\tat "), ended.err());
    assertFalse(ended.err().contains("Warning"), ended.err());
  }
}
