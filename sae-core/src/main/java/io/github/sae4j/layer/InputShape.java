package io.github.sae4j.layer;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;

/** What DL4J's types of input say of rows: those of {@link Positions}. */
final class InputShape {
  private InputShape() {}

  /** Whether an input has several rows: a time series or feature maps. */
  static boolean hasPositions(InputType type) {
    return type instanceof InputType.InputTypeRecurrent
        || type instanceof InputType.InputTypeConvolutional;
  }

  /**
   * Whether its channels are the last dimension.
   *
   * @param otherwise the answer for an input that has no such order
   */
  static boolean isChannelsLast(InputType type, boolean otherwise) {
    if (type instanceof InputType.InputTypeRecurrent series) {
      return series.getFormat() == RNNFormat.NWC;
    }
    return type instanceof InputType.InputTypeConvolutional maps
        ? maps.getFormat() == CNN2DFormat.NHWC
        : otherwise;
  }

  /** Width of a row of a series or of maps. */
  static long width(InputType type) {
    return type instanceof InputType.InputTypeRecurrent series
        ? series.getSize()
        : ((InputType.InputTypeConvolutional) type).getChannels();
  }

  /** The type with rows of another width, of a series or of maps. */
  static InputType withWidth(InputType type, long width) {
    if (type instanceof InputType.InputTypeRecurrent series) {
      return InputType.recurrent(width, series.getTimeSeriesLength(), series.getFormat());
    }
    InputType.InputTypeConvolutional maps = (InputType.InputTypeConvolutional) type;
    return InputType.convolutional(maps.getHeight(), maps.getWidth(), width, maps.getFormat());
  }

  /** Rows of an example; 1 of a series whose length is not known. */
  static long rows(InputType type) {
    if (type instanceof InputType.InputTypeRecurrent series) {
      return Math.max(1, series.getTimeSeriesLength());
    }
    return type instanceof InputType.InputTypeConvolutional maps
        ? maps.getHeight() * maps.getWidth()
        : 1;
  }
}
