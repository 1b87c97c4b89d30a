package io.github.sae4j.network;

import io.github.sae4j.layer.ActivityRegularization;
import io.github.sae4j.layer.SaeLayer;
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
    DataFormat format = formatOf(layer);
    return format == null ? before : format == RNNFormat.NWC || format == CNN2DFormat.NHWC;
  }

  private static DataFormat formatOf(Layer layer) {
    if (layer instanceof Convolution1DLayer convolution) {
      return convolution.getRnnDataFormat();
    }
    if (layer instanceof ConvolutionLayer convolution) {
      return convolution.getCnn2dDataFormat();
    }
    if (layer instanceof SubsamplingLayer pooling) {
      return pooling.getCnn2dDataFormat();
    }
    if (layer instanceof Upsampling2D upsampling) {
      return upsampling.getFormat();
    }
    if (layer instanceof ZeroPaddingLayer padding) {
      return padding.getDataFormat();
    }
    if (layer instanceof Cropping2D cropping) {
      return cropping.getDataFormat();
    }
    if (layer instanceof SpaceToDepthLayer space) {
      return space.getDataFormat();
    }
    if (layer instanceof SpaceToBatchLayer space) {
      return space.getFormat();
    }
    if (layer instanceof LocalResponseNormalization normalisation) {
      return normalisation.getDataFormat();
    }
    if (layer instanceof BatchNormalization normalisation) {
      return normalisation.getCnn2DFormat();
    }
    if (layer instanceof CnnLossLayer loss) {
      return loss.getFormat();
    }
    if (layer instanceof BaseRecurrentLayer recurrent) {
      return recurrent.getRnnDataFormat();
    }
    if (layer instanceof Bidirectional both) {
      return both.getRNNDataFormat();
    }
    if (layer instanceof EmbeddingSequenceLayer embedding) {
      return embedding.getOutputFormat();
    }
    if (layer instanceof RnnOutputLayer output) {
      return output.getRnnDataFormat();
    }
    return layer instanceof RnnLossLayer loss ? loss.getRnnDataFormat() : null;
  }
}
