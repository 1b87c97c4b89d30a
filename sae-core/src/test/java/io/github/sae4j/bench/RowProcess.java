package io.github.sae4j.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.cpu.Nd4jCpuLibrary;
import io.github.sae4j.engine.Device;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;

/** The process of one row: measures it and leaves the result in a file. */
final class RowProcess {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RowProcess() {}

  /** Its one argument is a {@link RowTask} in JSON. */
  public static void main(String[] args) throws IOException {
    RowTask task = JSON.readValue(args[0], RowTask.class);
    Nd4jCpuLibrary.choose();
    try {
      measure(BenchRow.named(task.row()), task);
    } catch (IOException | UncheckedIOException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(1);
    }
  }

  /** Measures a row as the task says. */
  static void measure(BenchRow row, RowTask task) throws IOException {
    ObjectNode result = describe(row, task);
    try (ActivationSource source = ActivationSources.open(Path.of(task.rows()), null);
        Turns turns = new Turns(row, task)) {
      if (row.trains()) {
        new TrainingTurns(row, task, source, turns).run();
      } else {
        new EncodingTurns(row, task, source, turns).run();
      }
      turns.addTo(result);
    }
    result.put("nd4j_library", System.getProperty(Nd4jCpuLibrary.PROPERTY, ""));
    result.put("kernels", Kernels.INSTANCE.toString());
    AtomicFiles.writeString(Path.of(task.result()), result.toString());
  }

  private static ObjectNode describe(BenchRow row, RowTask task) {
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("name", row.name());
    result.put("mode", row.trains() ? "train" : "encode");
    result.put("variant", row.variant().name());
    result.put("device", DeviceEngines.choose(Device.parse(task.device())).description());
    result.put("precision", row.precision().name().toLowerCase(Locale.ROOT));
    result.put("n_in", row.nIn());
    result.put("n_latents", row.nLatents());
    if (row.k() > 0) {
      result.put("k", row.k());
    } else {
      result.putNull("k");
    }
    result.put("batch", BenchRow.BATCH);
    result.put("warm_up_steps", task.warmUp());
    result.put("rounds", task.rounds());
    result.put("steps_per_round", task.steps());
    result.put("java", Runtime.version().toString());
    result.put("processors", Runtime.getRuntime().availableProcessors());
    result.put("heap_bytes", Runtime.getRuntime().maxMemory());
    return result;
  }
}
