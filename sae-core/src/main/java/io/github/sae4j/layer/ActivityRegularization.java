package io.github.sae4j.layer;

import java.util.Collection;
import java.util.Objects;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.NoParamLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Passes activations through unchanged and adds {@code l1·Σ|a|}, a mean over the batch, to the
 * network's loss: an L1 activity regularizer for the layer before it, whatever that is and whatever
 * the shape of its output (Keras has it under this name).
 */
public final class ActivityRegularization extends NoParamLayer {
  @JsonProperty private double l1;

  /** For Jackson. */
  private ActivityRegularization() {}

  private ActivityRegularization(Builder builder) {
    super(builder);
    this.l1 = builder.l1;
  }

  /** Weight of the penalty. */
  public double getL1() {
    return l1;
  }

  @Override
  public ActivityRegularizationRuntime instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int layerIndex,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    ActivityRegularizationRuntime layer = new ActivityRegularizationRuntime(conf, dataType);
    layer.setListeners(listeners);
    layer.setIndex(layerIndex);
    return layer;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return inputType;
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return null;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    return new LayerMemoryReport.Builder(
            layerName, ActivityRegularization.class, inputType, inputType)
        .standardMemory(0, 0)
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof ActivityRegularization other && super.equals(other) && l1 == other.l1;
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof ActivityRegularization;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), l1);
  }

  @Override
  public String toString() {
    return "ActivityRegularization(l1=" + l1 + ")";
  }

  /** Builds an {@link ActivityRegularization}. */
  @SuppressWarnings("unchecked") // DL4J declares build() with a type parameter
  public static final class Builder extends Layer.Builder<Builder> {
    private final double l1;

    /**
     * Starts with the weight of the penalty.
     *
     * @param l1 at least 0
     */
    public Builder(double l1) {
      if (!(l1 >= 0 && Double.isFinite(l1))) {
        throw new IllegalArgumentException("l1 must be a finite number of at least 0, got " + l1);
      }
      this.l1 = l1;
    }

    @Override
    public ActivityRegularization build() {
      return new ActivityRegularization(this);
    }
  }
}
