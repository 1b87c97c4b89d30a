package io.github.sae4j.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.Device;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.layer.SaeLayerRuntime;
import java.io.Closeable;
import java.io.IOException;
import java.util.function.DoubleSupplier;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The rounds of a row: some of our steps, which the caller takes and this times; then, while they
 * stand still, the product alone, steps of the engine and steps of PyTorch.
 */
final class Turns implements Closeable {
  private static final double MILLIS = 1e3;

  private final BenchRow row;
  private final RowTask task;
  private final Samples ours = new Samples();
  private final PyTorchTurns pytorch;
  private Roofline roofline;
  private StepProbe probe;
  private long peakMemory;
  private double l0;
  private int steps;
  private long started = System.nanoTime();

  Turns(BenchRow row, RowTask task) {
    this.row = row;
    this.task = task;
    this.pytorch = task.python() == null ? null : new PyTorchTurns(task, row);
  }

  /** Where the caller's state can be had once it is needed. */
  interface State {
    SaeParameters parameters();

    /** The layer that is trained; null where none is. */
    SaeLayerRuntime layer();

    /** A batch. */
    INDArray x();

    double learningRate();
  }

  /**
   * One of our steps is done. At the end of a round the others have their turn before this returns,
   * and the clock of the next step starts.
   *
   * @param stepL0 L0 of the step
   * @return whether there is more to measure
   */
  boolean stepDone(DoubleSupplier stepL0, State state) throws IOException {
    steps++;
    if (steps > task.warmUp()) {
      ours.addSince(started);
      if (ours.count() % task.steps() == 0) {
        l0 = stepL0.getAsDouble();
        others(state);
      }
    }
    started = System.nanoTime();
    return ours.count() < task.rounds() * task.steps();
  }

  private void others(State state) throws IOException {
    if (roofline == null) {
      // so far the process has done nothing but what users do
      peakMemory = PeakMemory.bytes();
      prepare(state);
    }
    for (int i = 0; i < task.steps(); i++) {
      ours();
    }
    if (pytorch != null) {
      pytorch.round();
    }
  }

  private void prepare(State state) {
    INDArray x = state.x();
    Device device = DeviceEngines.choose(Device.parse(task.device())).device();
    boolean host = device.equals(Device.CPU);
    roofline =
        host ? Roofline.onHost(row, state.parameters(), x) : Roofline.onDevice(row, device, x);
    if (host && state.layer() != null) {
      probe = new StepProbe(row, state.layer(), x, state.learningRate());
    }
    ours();
    ours();
    roofline.clear();
    if (probe != null) {
      probe.clear();
    }
  }

  private void ours() {
    roofline.run();
    if (probe != null) {
      probe.step();
      probe.phases();
    }
  }

  /** Everything that was measured. */
  void addTo(ObjectNode result) {
    double tokens = BenchRow.BATCH / ours.median();
    double productTokens = BenchRow.BATCH / roofline.median();
    result.put("tokens_per_s", tokens);
    result.put("mean_tokens_per_s", BenchRow.BATCH / ours.mean());
    result.put("gemm_tokens_per_s", productTokens);
    result.put("roofline_fraction", tokens / productTokens);
    result.put("step_ms", ours.median() * MILLIS);
    result.put("gemm_ms", roofline.median() * MILLIS);
    result.put("ns_per_token_and_latent", ours.median() * 1e9 / BenchRow.BATCH / row.nLatents());
    result.put("l0", l0);
    result.put("peak_rss_bytes", peakMemory);
    if (probe != null) {
      probe.addTo(result);
      result.put("trainer_overhead", ours.median() / probe.median() - 1);
    }
    if (pytorch != null) {
      pytorch.addTo(result);
    }
  }

  @Override
  public void close() throws IOException {
    if (roofline != null) {
      roofline.close();
    }
    if (pytorch != null) {
      pytorch.close();
    }
  }
}
