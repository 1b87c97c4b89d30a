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
 * Passes activations through unchanged and adds a penalty on them to the network's loss: an
 * activity regularizer for any preceding layer, with output of any shape (Keras has a layer of this
 * name, with L1 and L2).
 *
 * <pre>l1·Σ|a| + l2·Σa², averaged over the batch, + β·Σⱼ KL(ρ‖ρ̂ⱼ)</pre>
 *
 * <p>ρ̂ⱼ is the mean of unit j over the batch and over any steps or positions, and its divergence
 * counts once, not once per step. It requires activations between 0 and 1, in arrays of two to four
 * dimensions (Ng, "Sparse autoencoder", CS294A lecture notes, section 3). Masked positions do not
 * count ({@link Positions}).
 */
public final class ActivityRegularization extends NoParamLayer {
  @JsonProperty private double l1;
  @JsonProperty private double l2; // files of older versions contain only l1
  @JsonProperty private double beta;
  @JsonProperty private double rho;
  @JsonProperty private boolean channelsLast; // for time series and feature maps

  /** For Jackson. */
  private ActivityRegularization() {}

  private ActivityRegularization(Builder builder) {
    super(builder);
    this.l1 = builder.l1;
    this.l2 = builder.l2;
    this.beta = builder.beta;
    this.rho = builder.rho;
    this.channelsLast = builder.channelsLast;
  }

  /** Returns the weight of the sum of magnitudes. */
  public double getL1() {
    return l1;
  }

  /** Returns the weight of the sum of squares. */
  public double getL2() {
    return l2;
  }

  /** Returns the weight of the divergence of rates. */
  public double getBeta() {
    return beta;
  }

  /** Returns the target rate of the units. */
  public double getRho() {
    return rho;
  }

  /** Returns whether units are the last dimension of time series and feature maps (NWC, NHWC). */
  public boolean isChannelsLast() {
    return channelsLast;
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
  public void setNIn(InputType inputType, boolean override) {
    channelsLast = InputShape.isChannelsLast(inputType, channelsLast);
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
    return o instanceof ActivityRegularization other
        && super.equals(other)
        && l1 == other.l1
        && l2 == other.l2
        && beta == other.beta
        && rho == other.rho
        && channelsLast == other.channelsLast;
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof ActivityRegularization;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), l1, l2, beta, rho);
  }

  @Override
  public String toString() {
    return "ActivityRegularization(l1=%s, l2=%s, beta=%s, rho=%s)".formatted(l1, l2, beta, rho);
  }

  /** Builds an {@link ActivityRegularization}. */
  @SuppressWarnings("unchecked") // DL4J declares build() with a type parameter
  public static final class Builder extends Layer.Builder<Builder> {
    private double l1;
    private double l2;
    private double beta;
    private double rho;
    private boolean channelsLast;

    /** Creates a builder without a penalty. */
    public Builder() {}

    /**
     * Creates a builder with an L1 penalty.
     *
     * @param l1 its weight, at least 0
     */
    public Builder(double l1) {
      l1(l1);
    }

    /** Sets the weight of the sum of magnitudes, at least 0. */
    public Builder l1(double weight) {
      this.l1 = requireWeight("l1", weight);
      return this;
    }

    /** Sets the weight of the sum of squares, at least 0. */
    public Builder l2(double weight) {
      this.l2 = requireWeight("l2", weight);
      return this;
    }

    /**
     * Adds the divergence of the units' rates from a target rate.
     *
     * @param beta its weight, at least 0
     * @param rho the target rate, between 0 and 1
     */
    public Builder kl(double beta, double rho) {
      this.beta = requireWeight("beta", beta);
      if (!(rho > 0 && rho < 1)) {
        throw new IllegalArgumentException("rho must lie between 0 and 1, got " + rho);
      }
      this.rho = rho;
      return this;
    }

    /**
     * Sets whether units are the last dimension of time series and feature maps (NWC, NHWC);
     * default false. An {@link InputType} sets this automatically.
     */
    public Builder channelsLast(boolean last) {
      this.channelsLast = last;
      return this;
    }

    private static double requireWeight(String name, double weight) {
      if (!(weight >= 0 && Double.isFinite(weight))) {
        throw new IllegalArgumentException(
            name + " must be a finite number of at least 0, got " + weight);
      }
      return weight;
    }

    @Override
    public ActivityRegularization build() {
      return new ActivityRegularization(this);
    }
  }
}
