package io.github.sae4j.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;

/** PyTorch's part of the rounds of a row, in float32 and bfloat16, each in its own process. */
final class PyTorchTurns implements Closeable {
  private static final int STEPS = 2;

  private final RowTask task;
  private final BenchRow row;
  private final Turn float32 = new Turn("f32");
  private final Turn bfloat16 = new Turn("bf16");
  private String version = "";

  PyTorchTurns(RowTask task, BenchRow row) {
    this.task = task;
    this.row = row;
  }

  /** Some steps of each; the processes are started, and warmed up, by the first. */
  void round() throws IOException {
    float32.run();
    bfloat16.run();
  }

  void addTo(ObjectNode result) {
    result.put("pytorch_settings", task.tuned() ? "tuned" : "default");
    result.put("pytorch_version", version);
    float32.addTo(result);
    bfloat16.addTo(result);
  }

  @Override
  public void close() throws IOException {
    float32.close();
    bfloat16.close();
  }

  private final class Turn {
    private final String precision;
    private final Samples steps = new Samples();
    private PyTorch server;
    private JsonNode last;

    Turn(String precision) {
      this.precision = precision;
    }

    void run() throws IOException {
      if (server == null) {
        server = new PyTorch(task.python(), task.script(), task.tuned());
        version = server.version();
      }
      last = server.ask(request(row, precision, task.tuned()));
      last.get("seconds").forEach(seconds -> steps.add(seconds.asDouble()));
    }

    void addTo(ObjectNode result) {
      String prefix = "pytorch_" + precision + "_";
      result.put(prefix + "tokens_per_s", BenchRow.BATCH / steps.median());
      result.put(prefix + "l0", last.path("l0").asDouble());
      result.put(prefix + "peak_rss_bytes", last.path("peak_rss_bytes").asLong());
    }

    void close() throws IOException {
      if (server != null) {
        server.close();
      }
    }
  }

  static ObjectNode request(BenchRow row, String precision, boolean tuned) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("mode", row.trains() ? "train" : "encode");
    request.put("variant", row.variant().name());
    request.put("n_in", row.nIn());
    request.put("n_latents", row.nLatents());
    if (row.k() > 0) {
      request.put("k", row.k());
    } else {
      request.put("l0", row.l0());
    }
    request.put("batch", BenchRow.BATCH);
    request.put("precision", precision);
    request.put("adam", tuned ? "fused" : "default");
    request.put("steps", STEPS);
    return request;
  }
}
