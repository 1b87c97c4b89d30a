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

  /** Sets the width of the dictionary; required, except that LATENTS output takes it from nOut. */
  public SaeLayer.Builder nLatents(long nLatents) {
    this.nLatents = nLatents;
    return self();
  }

  /**
   * Sets how codes are selected and kept sparse; default TopK with k = 32 (or all latents, if there
   * are fewer) and AuxK with nIn/2 dead latents, determined when nIn is known.
   */
  public SaeLayer.Builder variant(Variant variant) {
    this.variant = Objects.requireNonNull(variant, "variant");
    return self();
  }

  /** Sets the output passed to the next layer; default the reconstruction. */
  public SaeLayer.Builder output(SaeLayer.Output output) {
    this.output = Objects.requireNonNull(output, "output");
    return self();
  }

  /** Sets whether the encoder is the transposed decoder, sharing its memory; default false. */
  public SaeLayer.Builder tied(boolean tied) {
    this.form = tied ? ParameterLayout.Form.TIED : ParameterLayout.Form.AUTOENCODER;
    this.targetWidth = 0;
    return self();
  }

  /**
   * Makes the layer a transcoder, which reconstructs a target other than its input. In unsupervised
   * training, {@link SaeLayerRuntime#setTarget} sets the target; inside a network, the network's
   * loss determines it.
   *
   * @param targetWidth width of a target row
   * @param skip whether to add a linear part besides the latents
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
   * Sets whether channels are the last dimension of time series and feature maps (NWC, NHWC);
   * default false. An {@link InputType} sets this automatically.
   */
  public SaeLayer.Builder channelsLast(boolean channelsLast) {
    this.channelsLast = channelsLast;
    return self();
  }

  /** Sets whether decoder rows are kept at norm 1; default true. */
  public SaeLayer.Builder unitNormDecoder(boolean unitNormDecoder) {
    this.unitNormDecoder = unitNormDecoder;
    return self();
  }

  /**
   * Sets the number of rows without firing after which a latent counts as dead; default 10 million.
   */
  public SaeLayer.Builder deadAfterTokens(long deadAfterTokens) {
    if (deadAfterTokens < 1) {
      throw new IllegalArgumentException(
          "deadAfterTokens must be at least 1, got " + deadAfterTokens);
    }
    this.deadAfterTokens = deadAfterTokens;
    return self();
  }

  /** Sets the precision of the encoder's product on the CPU; default float32. */
  public SaeLayer.Builder precision(Precision precision) {
    this.precision = Objects.requireNonNull(precision, "precision");
    return self();
  }

  /**
   * Sets the weight of the reconstruction error in the loss of a network trained with {@code fit}:
   * {@code w·Σ‖x̂ − x‖²}, summed over an example's rows (and the prefixes of Matryoshka) and
   * averaged over examples. The default is 1 for a layer whose output is its reconstruction, which
   * {@code fit} would otherwise turn into an ordinary dense layer, and 0 for all others.
   * Unsupervised training has its own loss, independent of this weight.
   *
   * @param weight at least 0; must be 0 for a transcoder, whose target {@code fit} does not know
   */
  public SaeLayer.Builder reconstructionWeight(double weight) {
    if (!(weight >= 0 && Double.isFinite(weight))) {
      throw new IllegalArgumentException(
          "reconstructionWeight must be a finite number of at least 0, got " + weight);
    }
    this.reconstructionWeight = OptionalDouble.of(weight);
    return self();
  }

  /** Returns the weight that was set, or the default for the output. */
  double reconstructionWeight(SaeLayer.Output output, ParameterLayout.Form form) {
    if (!form.isTranscoder()) {
      return reconstructionWeight.orElse(output == SaeLayer.Output.RECONSTRUCTION ? 1 : 0);
    }
    if (reconstructionWeight.orElse(0) > 0) {
      throw new IllegalArgumentException(
          "a transcoder's reconstructionWeight must be 0, because fit does not know its target, got "
              + reconstructionWeight.getAsDouble());
    }
    return 0;
  }

  private SaeLayer.Builder self() {
    return (SaeLayer.Builder) this;
  }
}
