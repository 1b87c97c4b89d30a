package io.github.sae4j.onnx;

/** A batch's values at a model's inner tensor and at its output. */
final class ModelValues {
  private final float[] activations;
  private final float[] output;
  private final long[] shape;

  /**
   * @param activations values of the inner tensor, {@code [texts, length, width]}
   * @param output {@code [texts, length, size]}, or {@code [texts, size]}
   * @param shape shape of the output
   */
  ModelValues(float[] activations, float[] output, long[] shape) {
    this.activations = activations;
    this.output = output;
    this.shape = shape;
  }

  float[] activations() {
    return activations;
  }

  float[] output() {
    return output;
  }

  long[] shape() {
    return shape;
  }
}
