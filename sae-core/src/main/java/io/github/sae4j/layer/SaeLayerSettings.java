package io.github.sae4j.layer;

import io.github.sae4j.product.Precision;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import java.util.Objects;
import java.util.OptionalDouble;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/** The settings of a {@link SaeLayer.Builder}, with their defaults. */
abstract class SaeLayerSettings extends FeedForwardLayer.Builder<SaeLayer.Builder> {
  long nLatents;
  Variant variant;
  SaeLayer.Output output = SaeLayer.Output.RECONSTRUCTION;
  ParameterLayout.Form form = ParameterLayout.Form.AUTOENCODER;
  long targetWidth;
  boolean channelsLast;
  boolean unitNormDecoder = true;
  long deadAfterTokens = 10_000_000;
  Precision precision = Precision.FLOAT32;
  private OptionalDouble reconstructionWeight = OptionalDouble.empty();
  InitialDictionary initialOrNull;

  SaeLayerSettings() {
    activation(new ActivationIdentity());
  }

  /** Width of the dictionary; required, except that LATENTS output takes it from nOut. */
  public SaeLayer.Builder nLatents(long nLatents) {
    this.nLatents = nLatents;
    return self();
  }

  /**
   * How codes are selected and kept sparse; default TopK with k = 32 (or all latents, where there
   * are fewer) and AuxK of nIn/2 dead latents, whenever nIn becomes known.
   */
  public SaeLayer.Builder variant(Variant variant) {
    this.variant = Objects.requireNonNull(variant, "variant");
    return self();
  }

  /** What the next layer sees; default the reconstruction. */
  public SaeLayer.Builder output(SaeLayer.Output output) {
    this.output = Objects.requireNonNull(output, "output");
    return self();
  }

  /** Whether the encoder is the decoder transposed, in one piece of memory; default no. */
  public SaeLayer.Builder tied(boolean tied) {
    this.form = tied ? ParameterLayout.Form.TIED : ParameterLayout.Form.AUTOENCODER;
    this.targetWidth = 0;
    return self();
  }

  /**
   * Makes it a transcoder: what it reconstructs is not its input. Without labels, {@link
   * SaeLayerRuntime#setTarget} says what; inside a network, the network's loss does.
   *
   * @param targetWidth values of a row of the target
   * @param skip whether there is a linear part beside the latents
   */
  public SaeLayer.Builder transcoder(long targetWidth, boolean skip) {
    if (targetWidth < 1) {
      throw new IllegalArgumentException("targetWidth must be at least 1, got " + targetWidth);
    }
    this.form = skip ? ParameterLayout.Form.SKIP_TRANSCODER : ParameterLayout.Form.TRANSCODER;
    this.targetWidth = targetWidth;
    return self();
  }

  /**
   * Whether channels are the last dimension of time series and feature maps (NWC, NHWC); default
   * no. An {@link InputType} sets this by itself.
   */
  public SaeLayer.Builder channelsLast(boolean channelsLast) {
    this.channelsLast = channelsLast;
    return self();
  }

  /** Whether decoder rows are kept at norm 1; default yes. */
  public SaeLayer.Builder unitNormDecoder(boolean unitNormDecoder) {
    this.unitNormDecoder = unitNormDecoder;
    return self();
  }

  /** After how many rows without firing a latent counts as dead; default 10 million. */
  public SaeLayer.Builder deadAfterTokens(long deadAfterTokens) {
    if (deadAfterTokens < 1) {
      throw new IllegalArgumentException(
          "deadAfterTokens must be at least 1, got " + deadAfterTokens);
    }
    this.deadAfterTokens = deadAfterTokens;
    return self();
  }

  /** Precision of the encoder's product on the CPU; default float32. */
  public SaeLayer.Builder precision(Precision precision) {
    this.precision = Objects.requireNonNull(precision, "precision");
    return self();
  }

  /**
   * Weight of the reconstruction error in the loss of a network that is trained by {@code fit}:
   * {@code w·Σ‖x̂ − x‖²}, a sum over an example's rows and a mean over examples, of Matryoshka a
   * sum over its prefixes. Default 1 of a layer that hands its reconstruction on, without which
   * {@code fit} makes it another dense layer; otherwise 0. Training without labels has its own
   * loss, independent of the weight.
   *
   * @param weight at least 0; 0 of a transcoder, whose target {@code fit} does not know
   */
  public SaeLayer.Builder reconstructionWeight(double weight) {
    if (!(weight >= 0 && Double.isFinite(weight))) {
      throw new IllegalArgumentException(
          "reconstructionWeight must be a finite number of at least 0, got " + weight);
    }
    this.reconstructionWeight = OptionalDouble.of(weight);
    return self();
  }

  /** The weight that was asked for, or what suits the output. */
  double reconstructionWeight(SaeLayer.Output output, ParameterLayout.Form form) {
    if (!form.isTranscoder()) {
      return reconstructionWeight.orElse(output == SaeLayer.Output.RECONSTRUCTION ? 1 : 0);
    }
    if (reconstructionWeight.orElse(0) > 0) {
      throw new IllegalArgumentException(
          "a transcoder's reconstructionWeight is 0, as fit does not know its target, got "
              + reconstructionWeight.getAsDouble());
    }
    return 0;
  }

  private SaeLayer.Builder self() {
    return (SaeLayer.Builder) this;
  }
}
