package io.github.sae4j.checkpoint;

import io.github.sae4j.format.TensorFile;
import io.github.sae4j.variant.ParameterLayout.Form;
import io.github.sae4j.variant.Variant;
import java.io.IOException;

/**
 * Reads exactly the tensors that {@code sae_weights.safetensors} must have for a configuration, as
 * SAELens does.
 */
final class SaeLensTensors {
  private static final String LOG_THRESHOLD = "log_threshold";
  private static final String SHARED_THRESHOLD = "topk_threshold";
  private static final String SCALE = "scaling_factor"; // in versions 1 to 3; mostly ones

  private SaeLensTensors() {}

  static WeightFile take(TensorFile file, SaeConfig config) throws IOException {
    WeightFile weights =
        WeightFile.in(file)
            .takeAsIs(SaeWeights.W_ENC)
            .takeAsIs(SaeWeights.encoderBias(config.variant()))
            .takeAsIs(SaeWeights.W_DEC)
            .takeAsIs(SaeWeights.B_DEC);
    if (config.form() == Form.SKIP_TRANSCODER) {
      weights.takeAsIs(SaeWeights.W_SKIP);
    }
    for (Variant.Extra extra : config.variant().extras()) {
      if (extra.key().equals(SaeWeights.THRESHOLD)) {
        takeThreshold(weights, config);
      } else {
        weights.takeAsIs(extra.tensor());
      }
    }
    takeScale(weights, config);
    weights.requireNoMore();
    return weights;
  }

  /**
   * Returns a configuration that matches the current tensors: a file written by us with one shared
   * threshold may have been changed since.
   */
  static SaeConfig fitting(SaeConfig config, WeightFile weights) throws IOException {
    Variant each = config.variant().inUse();
    if (each.equals(config.variant()) || !weights.has(SaeWeights.THRESHOLD)) {
      return config;
    }
    float[] thresholds = weights.all(SaeWeights.THRESHOLD);
    for (float threshold : thresholds) {
      if (threshold != thresholds[0]) {
        return config.with(each);
      }
    }
    return config;
  }

  private static void takeThreshold(WeightFile weights, SaeConfig config) throws IOException {
    if (config.with().sharedThreshold()) {
      weights.takeRepeated(SaeWeights.THRESHOLD, SHARED_THRESHOLD, config.nLatents());
    } else if (!weights.holds(SaeWeights.THRESHOLD) && weights.holds(LOG_THRESHOLD)) {
      weights.take(SaeWeights.LOG_THRESHOLD, LOG_THRESHOLD);
    } else {
      weights.takeAsIs(SaeWeights.THRESHOLD);
    }
  }

  /** Scales of decoder rows, which the configuration requests, or old ones that have no effect. */
  private static void takeScale(WeightFile weights, SaeConfig config) throws IOException {
    if (config.with().finetuned()) {
      for (String name : new String[] {SaeWeights.FINETUNED, SCALE}) {
        if (weights.holds(name) && !weights.has(SaeWeights.FINETUNED)) {
          weights.take(SaeWeights.FINETUNED, name);
        }
      }
      return; // without the tensor, SAELens scales nothing
    }
    if (weights.holds(SCALE)) {
      weights.takeOnes(SCALE, "finetuning_scaling_factor is not set");
    }
  }
}
