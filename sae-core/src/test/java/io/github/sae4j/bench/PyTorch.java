package io.github.sae4j.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A process of {@code scripts/bench_pytorch.py} or {@code bench_triton.py}, which computes only
 * while it is asked to.
 */
public final class PyTorch implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Memory is kept for the next step, and not given back and fetched again. */
  private static final Map<String, String> TUNED =
      Map.of("MALLOC_MMAP_MAX_", "0", "MALLOC_TRIM_THRESHOLD_", "100000000000");

  private final Process process;
  private final BufferedWriter requests;
  private final BufferedReader answers;
  private final String version;
  private final String triton;

  /**
   * Starts it; OpenMP waits as PyTorch has it, whatever it does for us.
   *
   * @param options further ones
   */
  public PyTorch(String python, String script, boolean tuned, String... options)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(python, script, "--serve");
    builder.command().addAll(List.of(options));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().remove("OMP_WAIT_POLICY");
    if (tuned) {
      builder.environment().putAll(TUNED);
    }
    process = builder.start();
    requests = process.outputWriter();
    answers = process.inputReader();
    JsonNode ready = answer();
    version = ready.path("torch").asText();
    triton = ready.path("triton").asText("");
  }

  String version() {
    return version;
  }

  /** Returns the versions of PyTorch and, where the program has it, Triton. */
  public String versions() {
    return "PyTorch " + version + (triton.isEmpty() ? "" : ", Triton " + triton);
  }

  /** Measures some steps. */
  public JsonNode ask(ObjectNode request) throws IOException {
    requests.write(request + "\n");
    requests.flush();
    return answer();
  }

  private JsonNode answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the PyTorch program ended without an answer");
    }
    JsonNode answer = JSON.readTree(line);
    if (answer.hasNonNull("error")) {
      throw new IOException("the PyTorch program failed: " + answer.get("error").asText());
    }
    return answer;
  }

  /** It ends when nobody can ask it any more. */
  @Override
  public void close() throws IOException {
    requests.close();
    process.destroy();
  }
}
