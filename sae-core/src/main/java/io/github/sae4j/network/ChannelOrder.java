package io.github.sae4j.network;

import io.github.sae4j.layer.ActivityRegularization;
import io.github.sae4j.layer.SaeLayer;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.DataFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;

/**
 * Determines whether the channels of a layer's output are the last dimension (NWC, NHWC) or the
 * second (NCW, NCHW). Each DL4J layer type that has a format of its own declares it differently.
 */
final class ChannelOrder {
  private ChannelOrder() {}

  /**
   * Returns whether the channels of a layer's output are the last dimension.
   *
   * @param before the order of the preceding layer, which applies if the layer has none of its own
   */
  static boolean isLast(Layer layer, boolean before) {
    if (layer instanceof SaeLayer sae) {
      return sae.isChannelsLast();
    }
    if (layer instanceof ActivityRegularization regularization) {
      return regularization.isChannelsLast();
    }
    if (layer instanceof BaseWrapperLayer wrapper) {
      return isLast(wrapper.getUnderlying(), before);
    }
    return formatOf(layer)
        .map(format -> format == RNNFormat.NWC || format == CNN2DFormat.NHWC)
        .orElse(before);
  }

  private static Optional<DataFormat> formatOf(Layer layer) {
    if (layer instanceof Convolution1DLayer convolution) {
      return Optional.ofNullable(convolution.getRnnDataFormat());
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return Optional.ofNullable(convolution.getCnn2dDataFormat());
    }
    if (layer instanceof SubsamplingLayer pooling) {
      return Optional.ofNullable(pooling.getCnn2dDataFormat());
    }
    if (layer instanceof Upsampling2D upsampling) {
      return Optional.ofNullable(upsampling.getFormat());
    }
    if (layer instanceof ZeroPaddingLayer padding) {
      return Optional.ofNullable(padding.getDataFormat());
    }
    if (layer instanceof Cropping2D cropping) {
      return Optional.ofNullable(cropping.getDataFormat());
    }
    if (layer instanceof SpaceToDepthLayer space) {
      return Optional.ofNullable(space.getDataFormat());
    }
    if (layer instanceof SpaceToBatchLayer space) {
      return Optional.ofNullable(space.getFormat());
    }
    if (layer instanceof LocalResponseNormalization normalisation) {
      return Optional.ofNullable(normalisation.getDataFormat());
    }
    if (layer instanceof BatchNormalization normalisation) {
      return Optional.ofNullable(normalisation.getCnn2DFormat());
    }
    if (layer instanceof CnnLossLayer loss) {
      return Optional.ofNullable(loss.getFormat());
    }
    if (layer instanceof BaseRecurrentLayer recurrent) {
      return Optional.ofNullable(recurrent.getRnnDataFormat());
    }
    if (layer instanceof Bidirectional both) {
      return Optional.ofNullable(both.getRNNDataFormat());
    }
    if (layer instanceof EmbeddingSequenceLayer embedding) {
      return Optional.ofNullable(embedding.getOutputFormat());
    }
    if (layer instanceof RnnOutputLayer output) {
      return Optional.ofNullable(output.getRnnDataFormat());
    }
    return layer instanceof RnnLossLayer loss
        ? Optional.ofNullable(loss.getRnnDataFormat())
        : Optional.empty();
  }
}
