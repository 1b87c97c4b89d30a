package io.github.sae4j.examples.ui;

import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.nd4j.NdCodes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Records what the pages should show, computed independently of DL4J's statistics. */
final class Recorder extends BaseTrainingListener {

  /** What was seen of one training, with or without labels. */
  static final class Seen {
    final List<Integer> iterations = new ArrayList<>();
    final List<Double> scores = new ArrayList<>();
    final List<Double> latentMeans = new ArrayList<>();

    /** Latest values by key. */
    final Map<String, float[]> parameters = new LinkedHashMap<>();

    double meanMagnitude(String key) {
      double sum = 0;
      for (float value : parameters.get(key)) {
        sum += Math.abs(value);
      }
      return sum / parameters.get(key).length;
    }

    double max(String key) {
      double max = Double.NEGATIVE_INFINITY;
      for (float value : parameters.get(key)) {
        max = Math.max(max, value);
      }
      return max;
    }
  }

  private final SaeLayerRuntime pretrainedOrNull;
  final Seen withoutLabels = new Seen();
  final Seen withLabels = new Seen();

  Recorder() {
    this(null);
  }

  /**
   * @param pretrained the layer trained by LayerPretraining, which passes the network to listeners
   */
  Recorder(SaeLayerRuntime pretrained) {
    this.pretrainedOrNull = pretrained;
  }

  @Override
  public void iterationDone(Model given, int iteration, int epoch) {
    Model model = pretrainedOrNull == null ? given : pretrainedOrNull;
    Seen seen = model instanceof SaeLayerRuntime ? withoutLabels : withLabels;
    seen.iterations.add(iteration);
    seen.scores.add(model.score());
    if (model instanceof SaeLayerRuntime sae) {
      INDArray latents = NdCodes.matrix(sae.lastLoss().orElseThrow().codes());
      seen.latentMeans.add(mean(latents.reshape(latents.length()).toFloatVector()));
    }
    model
        .paramTable()
        .forEach(
            (key, array) ->
                seen.parameters.put(key, array.dup('c').reshape(array.length()).toFloatVector()));
    waitForTheClock();
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** If two reports fall in the same millisecond, DL4J's storage keeps only the second. */
  private static void waitForTheClock() {
    long now = System.currentTimeMillis();
    while (System.currentTimeMillis() == now) {
      Thread.onSpinWait();
    }
  }
}
