package io.github.sae4j.layer;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.product.Precision;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;
import org.nd4j.shade.jackson.databind.annotation.JsonSerialize;

/**
 * A sparse autoencoder as a DL4J layer: {@code f = select((x − b_dec)·W_enc + b_enc)}, {@code x̂ =
 * f·W_dec + b_dec}, with a {@link Variant} that determines how codes are selected and kept sparse.
 * The layer's own activation function is not used.
 *
 * <p>{@code net.pretrain(iterator)} and {@code net.pretrainLayer(index, features)} train it without
 * labels, minimising the reconstruction error plus the variant's losses. Inside a network trained
 * by {@code fit} its parameters follow the network's loss, the reconstruction error (see {@link
 * Builder#reconstructionWeight}) and the variant's sparsity penalty, but not its auxiliary losses
 * (so a gated SAE's gates learn only in {@code pretrain}, and dead latents stay dead). The next
 * layer receives the reconstruction ({@code nOut = nIn}) or the latents ({@code nOut = nLatents}),
 * depending on {@link Output}.
 *
 * <p>Each step of a time series and each position of feature maps is a separate row ({@link
 * Positions}); masked steps are not rows and are 0 in the output. Inside a network, the penalty is
 * summed over an example's rows, like DL4J's loss of a time series, and averaged over examples; the
 * unsupervised loss is averaged over rows. To treat a whole image as one row, put a {@code
 * CnnToFeedForwardPreProcessor} before the layer.
 */
public final class SaeLayer extends FeedForwardLayer {
  private static final int DEFAULT_K = 32;

  /** Output that the layer passes to the next one. */
  public enum Output {
    /** x̂, {@code [batch, nIn]}. */
    RECONSTRUCTION,
    /** f, {@code [batch, nLatents]}. */
    LATENTS
  }

  @JsonProperty private long nLatents;

  @JsonProperty
  @JsonSerialize(using = VariantJson.Serializer.class)
  @JsonDeserialize(using = VariantJson.Deserializer.class)
  private Variant variant;

  @JsonProperty private boolean variantByDefault; // if null, it follows from the widths
  @JsonProperty private Output output;
  @JsonProperty private ParameterLayout.Form form = ParameterLayout.Form.AUTOENCODER;
  @JsonProperty private long targetWidth; // for transcoders; absent in files of older versions
  @JsonProperty private boolean channelsLast; // for time series and feature maps
  @JsonProperty private boolean unitNormDecoder;
  @JsonProperty private long deadAfterTokens;

  @JsonProperty
  private Precision precision = Precision.FLOAT32; // absent in files of older versions

  @JsonProperty private double reconstructionWeight; // theirs is 0

  private transient InitialDictionary initialOrNull; // a saved network has its own weights

  /** For Jackson. */
  private SaeLayer() {}

  private SaeLayer(Builder builder) {
    super(builder);
    this.output = builder.output;
    this.nLatents =
        builder.nLatents > 0 ? builder.nLatents : output == Output.LATENTS ? getNOut() : 0;
    if (nLatents < 1) {
      throw new IllegalArgumentException(
          "%s: nLatents must be set, to at least 1".formatted(named()));
    }
    this.variant = builder.variant;
    this.variantByDefault = builder.variant == null;
    setDefaultVariant();
    requireVariantFits();
    this.unitNormDecoder = builder.unitNormDecoder;
    this.deadAfterTokens = builder.deadAfterTokens;
    this.precision = builder.precision;
    this.form = builder.form;
    this.targetWidth = builder.targetWidth;
    this.channelsLast = builder.channelsLast;
    this.reconstructionWeight = builder.reconstructionWeight(output, form);
    long asked = nOut;
    setOutputWidth();
    if (asked > 0 && nOut > 0 && asked != nOut) {
      throw new IllegalArgumentException(
          "nOut must be %2$d for output %1$s, got %3$d".formatted(output, nOut, asked));
    }
    this.initialOrNull = builder.initialOrNull;
    if (initialOrNull != null && !initialOrNull.fits(layout())) {
      throw new IllegalArgumentException(
          "%s: the initial weights are those of %s".formatted(named(), initialOrNull.layout()));
    }
    initializeConstraints(builder);
  }

  /**
   * Returns a builder for a layer that starts with a dictionary's weights, from a file or another
   * network:
   *
   * <pre>{@code
   * SaeLayer.of(SaeDirectory.read(directory).sae()).name("sae").build()
   * }</pre>
   *
   * <p>Variant, form and widths come from the dictionary; all else is set on the builder. The
   * layer's codes and reconstructions equal the dictionary's bit for bit. Decoder rows are kept at
   * norm 1 in training if they have norm 1 now. The configuration refers to the dictionary and
   * copies its weights into every network created from it, but does not save them.
   *
   * @throws IllegalArgumentException if the dictionary normalises each row, which a layer does not
   *     do
   */
  public static Builder of(SparseAutoencoder sae) {
    return InitialDictionary.of(sae).builder();
  }

  private void setOutputWidth() {
    this.nOut = output == Output.LATENTS ? nLatents : reconstructionWidth();
  }

  /** Derives an unset variant from the widths, once nIn is known. */
  private void setDefaultVariant() {
    if (variantByDefault && nLatents > 0) { // may still be missing while a file is being read
      int k = Math.toIntExact(Math.min(DEFAULT_K, nLatents));
      this.variant = TopK.withAuxK(k, Math.toIntExact(Math.max(1, nIn)));
    }
  }

  private void requireVariantFits() {
    try {
      variant.requireFits(Math.toIntExact(nLatents));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(named() + ": " + e.getMessage(), e);
    }
  }

  /** Returns the layer's name for messages. */
  private String named() {
    return getLayerName() == null ? "SaeLayer" : "SaeLayer '" + getLayerName() + "'";
  }

  private long reconstructionWidth() {
    return form.isTranscoder() ? targetWidth : nIn;
  }

  /** Returns the layout of the layer's parameters in its flat array. */
  public ParameterLayout layout() {
    return new ParameterLayout(
        Math.toIntExact(nIn),
        Math.toIntExact(reconstructionWidth()),
        Math.toIntExact(nLatents),
        form,
        variant.extras());
  }

  public long getNLatents() {
    return nLatents;
  }

  public Variant getVariant() {
    return variant;
  }

  public Output getOutput() {
    return output;
  }

  /** Returns the relation of encoder and decoder. */
  public ParameterLayout.Form getForm() {
    return form;
  }

  /** Returns the width of a transcoder's output; 0 for an autoencoder. */
  public long getTargetWidth() {
    return targetWidth;
  }

  /**
   * Returns whether channels are the last dimension of time series and feature maps (NWC, NHWC).
   */
  public boolean isChannelsLast() {
    return channelsLast;
  }

  /** Returns whether decoder rows are kept at norm 1 after every update. */
  public boolean isUnitNormDecoder() {
    return unitNormDecoder;
  }

  /** Returns the number of rows without firing after which a latent is dead. */
  public long getDeadAfterTokens() {
    return deadAfterTokens;
  }

  /** Returns the weight of {@code ‖x̂ − x‖²} in the loss of a network trained with {@code fit}. */
  public double getReconstructionWeight() {
    return reconstructionWeight;
  }

  /** Returns the precision of the encoder's product. */
  public Precision getPrecision() {
    return precision;
  }

  /**
   * Sets the input width, as {@code TransferLearning} does, and with it the width of a
   * reconstruction.
   */
  @Override
  public void setNIn(long width) {
    super.setNIn(width);
    if (output != null) { // but not while a file is being read
      setOutputWidth();
      setDefaultVariant();
    }
  }

  /**
   * Sets the output width, as {@code TransferLearning} does; if the output is the latents, this is
   * their number.
   */
  @Override
  public void setNOut(long width) {
    super.setNOut(width);
    if (output == Output.LATENTS) {
      nLatents = width;
      setDefaultVariant();
    }
  }

  private void requireWidths() {
    requireVariantFits();
    if (output == Output.RECONSTRUCTION && nOut != reconstructionWidth()) {
      throw new IllegalArgumentException(
          "nOut must be %d, the width of the reconstruction, got %d: %s"
              .formatted(reconstructionWidth(), nOut, this));
    }
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    if (!InputShape.hasPositions(inputType)) {
      super.setNIn(inputType, override);
    } else if (nIn <= 0 || override) {
      nIn = InputShape.width(inputType);
    }
    channelsLast = InputShape.isChannelsLast(inputType, channelsLast);
    setOutputWidth();
    setDefaultVariant();
  }

  /**
   * Returns no preprocessor for time series and feature maps, which are read position by position.
   */
  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return InputShape.hasPositions(inputType) ? null : super.getPreProcessorForInputType(inputType);
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputShape.hasPositions(inputType)
        ? InputShape.withWidth(inputType, nOut)
        : super.getOutputType(layerIndex, inputType);
  }

  @Override
  public SaeLayerRuntime instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int layerIndex,
      INDArray paramsView,
      boolean initializeParams,
      DataType dataType) {
    LayerValidation.assertNInNOutSet("SaeLayer", getLayerName(), layerIndex, getNIn(), getNOut());
    requireWidths();
    if (getWeightNoise() != null) {
      throw new IllegalArgumentException(
          "an SaeLayer does not support weight noise, got %s for %s"
              .formatted(getWeightNoise(), this));
    }
    SaeLayerRuntime layer = new SaeLayerRuntime(conf, dataType);
    layer.setListeners(listeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(paramsView);
    Map<String, INDArray> table = initializer().init(conf, paramsView, initializeParams);
    if (initializeParams && initialOrNull != null) {
      initialOrNull.copyTo(layout(), table);
    }
    layer.setParamTable(table);
    layer.setConf(conf);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return SaeParamInitializer.INSTANCE;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    long params = initializer().numParams(this);
    long updaterState = getIUpdater().stateSize(params);
    // per row: input, centred input, error and output; the codes are sparse
    return new LayerMemoryReport.Builder(
            layerName, SaeLayer.class, inputType, getOutputType(-1, inputType))
        .standardMemory(params, updaterState)
        .workingMemory(0, 0, 0, InputShape.rows(inputType) * (3 * nIn + nOut))
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof SaeLayer other
        && super.equals(other)
        && nLatents == other.nLatents
        && output == other.output
        && form == other.form
        && targetWidth == other.targetWidth
        && channelsLast == other.channelsLast
        && variantByDefault == other.variantByDefault
        && reconstructionWeight == other.reconstructionWeight
        && unitNormDecoder == other.unitNormDecoder
        && deadAfterTokens == other.deadAfterTokens
        && precision == other.precision
        && variant.equals(other.variant);
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof SaeLayer;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), nLatents, output, form, unitNormDecoder, variant);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "SaeLayer(nIn=%d, nLatents=%d, %s, %s, output=%s)",
        nIn,
        nLatents,
        variant,
        form,
        output);
  }

  /** Builds a {@link SaeLayer}; DL4J's own settings (updater, name, …) are inherited. */
  @SuppressWarnings("unchecked") // DL4J declares build() with a type parameter
  public static final class Builder extends SaeLayerSettings {
    @Override
    public SaeLayer build() {
      return new SaeLayer(this);
    }
  }
}
