package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;

/** Steps of one of the Python programs, in bfloat16 with fused Adam. */
final class PeerSteps implements Contender {
  private static final List<String> FORMULATIONS = List.of("dense-encoder", "index-add", "kernels");
  private static final int TRIAL_STEPS = 5;

  private final String name;
  private final PeerProcess process;
  private final ObjectNode request = JsonNodeFactory.instance.objectNode();
  private final ObjectNode trials = JsonNodeFactory.instance.objectNode();
  private JsonNode answer;

  private PeerSteps(String name, PeerProcess process, Shape shape) {
    this.name = name;
    this.process = process;
    shape.addTo(request);
    request.put("precision", "bf16").put("adam", "fused");
  }

  /** PyTorch as its users would tune it for a GPU, with torch.compile. */
  static PeerSteps pytorch(PeerProcess process, Shape shape) {
    PeerSteps steps = new PeerSteps("pytorch", process, shape);
    steps.request.put("compile", process.peers().onGpu() ? "default" : "none");
    return steps;
  }

  /** The sparse step with Triton's kernels, in the formulation that turns out the fastest. */
  static PeerSteps triton(PeerProcess process, Shape shape) {
    return new PeerSteps("triton", process, shape);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void prepare() throws IOException {
    if (name.equals("triton")) {
      request.put("formulation", bestFormulation());
    }
    run(1);
  }

  /** Tries each formulation for a few steps. */
  private String bestFormulation() throws IOException {
    String best = null;
    double least = Double.POSITIVE_INFINITY;
    IOException failure = null;
    for (String formulation : FORMULATIONS) {
      request.put("formulation", formulation);
      try {
        run(1);
        double seconds = run(TRIAL_STEPS);
        trials.put(formulation, 1e3 * seconds);
        if (seconds < least) {
          least = seconds;
          best = formulation;
        }
      } catch (IOException e) {
        trials.put(formulation, "failed: " + e.getMessage());
        failure = e;
      }
    }
    if (best == null) {
      throw failure;
    }
    return best;
  }

  @Override
  public double run(int steps) throws IOException {
    request.put("steps", steps);
    answer = process.ask(request);
    double sum = 0;
    for (JsonNode seconds : answer.get("seconds")) {
      sum += seconds.asDouble();
    }
    return sum / answer.get("seconds").size();
  }

  @Override
  public void describe(ObjectNode json) {
    json.put("program", process.versions());
    json.set("settings", request.deepCopy().without("steps"));
    if (!trials.isEmpty()) {
      json.set("trials_ms", trials);
    }
    json.put("loss", answer.path("loss").asDouble());
    json.put("l0", answer.path("l0").asDouble());
    json.put("peak_device_bytes", answer.path("peak_device_bytes").asLong());
  }

  /** The process stays, for other shapes. */
  @Override
  public void close() {}
}
