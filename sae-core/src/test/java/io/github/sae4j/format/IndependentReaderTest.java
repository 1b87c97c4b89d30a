package io.github.sae4j.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * NumPy and PyTorch read the files that are written here. SAE4J_PYTHON names a Python with both
 * (default: python3).
 */
class IndependentReaderTest {
  @TempDir Path directory;

  private record Answer(int exitCode, String output) {}

  private static Answer python(String... arguments) throws IOException, InterruptedException {
    String named = System.getenv("SAE4J_PYTHON");
    List<String> command = new ArrayList<>(List.of(named == null ? "python3" : named));
    command.addAll(List.of(arguments));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return new Answer(-1, e.getMessage());
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(2, TimeUnit.MINUTES));
    return new Answer(process.exitValue(), output);
  }

  @Test
  void numpyAndTorchReadWrittenFiles() throws Exception {
    Answer there = python("-c", "import torch, numpy");
    assumeTrue(
        there.exitCode() == 0,
        "SKIPPED: no Python with torch and numpy (SAE4J_PYTHON): " + there.output().strip());
    float[] ramp = Golden.ramp(20);
    double[] doubles = new double[20];
    for (int i = 0; i < 20; i++) {
      doubles[i] = ramp[i];
    }
    new SafetensorsWriter()
        .floats("floats", ramp, 5, 4)
        .doubles("doubles", doubles, 5, 4)
        .longs("longs", new long[] {0, 1, 2}, 3)
        .bf16("bf16", ramp, 5, 4)
        .metadata("format", "pt")
        .write(directory.resolve("written.safetensors"));
    FloatSource source = (from, dst, at, n) -> System.arraycopy(ramp, (int) from, dst, at, n);
    Map<String, FloatTensor> arrays = new LinkedHashMap<>();
    arrays.put("a", FloatTensor.of(source, 5, 4));
    arrays.put("v", FloatTensor.of(source, 20));
    arrays.put("s", FloatTensor.scalar(2.5f));
    NpzWriter.write(directory.resolve("written.npz"), arrays);
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("k", 1L << 40);
    settings.put("lr", .125);
    settings.put("on", true);
    settings.put("name", "TopK é");
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("encoder.weight", FloatTensor.of(source, 5, 4));
    state.put("threshold", FloatTensor.scalar(-1));
    state.put("k", new TorchWriter.IntScalar(32));
    state.put("settings", settings);
    TorchWriter.write(directory.resolve("written.pt"), state);
    Answer read = python(Golden.file("read_back.py").toString(), directory.toString());
    assertEquals(0, read.exitCode(), read.output());
    assertEquals(List.of("safetensors ok", "npz ok", "pt ok"), read.output().lines().toList());
  }
}
