package io.github.sae4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.engine.Device;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.format.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code scripts/bench.sh} starts: measures rows one after another and writes all down. */
public final class Benchmark {
  private static final ObjectMapper JSON = new ObjectMapper();

  private Benchmark() {}

  /** Ends with 0, with 2 for a wrong command line, with 1 if a measurement failed. */
  public static void main(String[] args) {
    Path root = Path.of(System.getProperty("sae4j.root", "."));
    BenchOptions options;
    try {
      options = BenchOptions.parse(List.of(args), root.resolve("target/bench.json"));
      if (!options.device().equals(Device.CPU)) {
        System.err.printf("bench: on %s%n", DeviceEngines.choose(options.device()).description());
      }
    } catch (IllegalArgumentException e) {
      exit(2, e.getMessage());
      return;
    }
    try {
      measure(options, root.resolve("scripts/bench_pytorch.py").toString());
    } catch (IOException e) {
      exit(1, e.getMessage());
    } catch (InterruptedException e) {
      exit(130, "interrupted");
    }
  }

  private static void measure(BenchOptions options, String script)
      throws IOException, InterruptedException {
    if (options.python() != null) {
      try (PyTorch pytorch = new PyTorch(options.python(), script, options.tuned())) {
        System.err.printf("bench: PyTorch %s%n", pytorch.version());
      }
    }
    List<ObjectNode> results = new ArrayList<>();
    try (RowLauncher launcher = new RowLauncher(options, script)) {
      for (BenchRow row : options.rows()) {
        long start = System.nanoTime();
        System.err.printf("bench: %s%n", row.name());
        results.add(launcher.run(row));
        System.err.printf("bench: %s took %d s%n", row.name(), seconds(start));
        // after each, so that a long run that is cut short is not lost
        String json = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(results);
        AtomicFiles.writeString(options.out(), json + "\n");
      }
    }
    System.out.print(ResultTable.of(results));
    System.err.printf("bench: results are in %s%n", options.out());
  }

  private static long seconds(long start) {
    return Math.round((System.nanoTime() - start) / 1e9);
  }

  private static void exit(int code, String message) {
    System.err.println("bench: " + message);
    System.exit(code);
  }
}
