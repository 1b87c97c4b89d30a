package io.github.sae4j.cuda.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.sae4j.cuda.driver.FakeDriver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Turns on the emulated driver, with PyTorch on the CPU where there is one. */
class GpuStepsTest {
  private static final String SCRIPTS = Path.of("../scripts").toAbsolutePath().toString();

  @RegisterExtension private final FakeDriver fake = new FakeDriver().withOwnProducts();

  @TempDir private Path directory;

  private JsonNode run(String... options) throws IOException {
    Path out = directory.resolve("steps.json");
    String[] all = new String[options.length + 7];
    List<String> first =
        List.of(
            out.toString(),
            "--shapes",
            "16x64x4x32,24x130x5x16",
            "--rounds",
            "2",
            "--divisor",
            "512");
    first.toArray(all);
    System.arraycopy(options, 0, all, 7, options.length);
    GpuSteps.run(CheckedGpu.find(), GpuSteps.Options.parse(all));
    return new ObjectMapper().readTree(out.toFile());
  }

  @Test
  void oursAreTimedBesideTheRoofline() throws Exception {
    JsonNode json = run();
    assertTrue(json.get("emulated").asBoolean());
    assertEquals(2, json.get("shapes").size());
    assertTrue(json.get("rates").get("memory_bytes_per_s").asDouble() > 0);
    for (JsonNode shape : json.get("shapes")) {
      JsonNode roofline = shape.get("roofline");
      double parts = 0;
      for (String part : List.of("product", "select", "decode", "rows", "adam")) {
        parts += roofline.get(part + "_ms").asDouble();
      }
      assertEquals(parts, roofline.get("total_ms").asDouble(), 1e-9 * parts);
      for (String ours : List.of("sae4j_bfloat16", "sae4j_float32")) {
        assertEquals(2, shape.get(ours).get("seconds").size(), shape.toString());
        assertEquals(shape.get("k").asDouble(), shape.get(ours).get("l0").asDouble(), 1);
        assertTrue(shape.get(ours).get("engine").asText().contains("own product"));
      }
      assertTrue(!shape.has("pytorch"));
    }
  }

  @Test
  void peersTakeTurns() throws Exception {
    String python = pythonWithTorch();
    JsonNode json = run("--python", python, "--scripts", SCRIPTS, "--device", "cpu");
    for (JsonNode shape : json.get("shapes")) {
      for (String peer : List.of("pytorch", "triton")) {
        JsonNode steps = shape.get(peer);
        assertEquals(2, steps.get("seconds").size(), shape.toString());
        assertEquals(shape.get("k").asDouble(), steps.get("l0").asDouble(), 1);
        assertTrue(steps.get("program").asText().startsWith("PyTorch "), steps.toString());
        assertEquals(
            shape.get("n_latents"), steps.get("settings").get("n_latents"), steps.toString());
      }
      JsonNode trials = shape.get("triton").get("trials_ms");
      assertEquals(3, trials.size());
      double chosen =
          trials.get(shape.get("triton").get("settings").get("formulation").asText()).asDouble();
      trials.forEach(other -> assertTrue(chosen <= other.asDouble(), trials.toString()));
    }
  }

  @Test
  void onePeersFailureIsRecordedAndTheOthersGoOn() throws Exception {
    Path python =
        Files.writeString(directory.resolve("python"), "#!/bin/sh\necho no torch >&2\nexit 2\n");
    Assumptions.assumeTrue(python.toFile().setExecutable(true));
    JsonNode json = run("--python", python.toString(), "--scripts", SCRIPTS, "--device", "cpu");
    for (JsonNode shape : json.get("shapes")) {
      assertEquals(
          "the PyTorch program ended without an answer",
          shape.get("pytorch").get("failed").asText());
      assertTrue(shape.get("triton").has("failed"));
      assertEquals(2, shape.get("sae4j_bfloat16").get("seconds").size());
    }
  }

  /** The sparse formulations compute what the dense model does. */
  @Test
  void formulationsForTritonAgreeWithTheDenseModel() throws Exception {
    Process process =
        new ProcessBuilder(pythonWithTorch(), SCRIPTS + "/bench_triton.py", "--check")
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertEquals(6, output.lines().filter(line -> line.contains("\"agrees\": true")).count());
  }

  @Test
  void shapesAreParsed() {
    assertEquals(
        List.of(new Shape(768, 12_288, 32, 4096), new Shape(4, 8, 2, 16)),
        Shape.parse("768x12288x32x4096,4x8x2x16"));
    assertEquals(
        "a shape is WIDTHxLATENTSxKxBATCH, such as 768x12288x32x4096, got '768x12288'",
        assertThrows(IllegalArgumentException.class, () -> Shape.parse("768x12288")).getMessage());
  }

  /** SAE4J_PYTHON names a Python with PyTorch (default: python3). */
  static String pythonWithTorch() throws Exception {
    String named = System.getenv("SAE4J_PYTHON");
    String python = named == null ? "python3" : named;
    int exit = -1;
    try {
      exit =
          new ProcessBuilder(python, "-c", "import torch")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
    } catch (IOException e) {
      // no such program
    }
    Assumptions.assumeTrue(exit == 0, "SKIPPED: " + python + " has no PyTorch (SAE4J_PYTHON)");
    return python;
  }
}
