package io.github.sae4j.layer;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;

/** Derives the rows of {@link Positions} from DL4J's input types. */
final class InputShape {
  private InputShape() {}

  /** Returns whether an input has several rows: a time series or feature maps. */
  static boolean hasPositions(InputType type) {
    return type instanceof InputType.InputTypeRecurrent
        || type instanceof InputType.InputTypeConvolutional;
  }

  /**
   * Returns whether channels are the last dimension.
   *
   * @param otherwise result for an input without such an order
   */
  static boolean isChannelsLast(InputType type, boolean otherwise) {
    if (type instanceof InputType.InputTypeRecurrent series) {
      return series.getFormat() == RNNFormat.NWC;
    }
    return type instanceof InputType.InputTypeConvolutional maps
        ? maps.getFormat() == CNN2DFormat.NHWC
        : otherwise;
  }

  /** Returns the width of a row of a series or of maps. */
  static long width(InputType type) {
    return type instanceof InputType.InputTypeRecurrent series
        ? series.getSize()
        : ((InputType.InputTypeConvolutional) type).getChannels();
  }

  /** Returns the type with rows of another width, for a series or maps. */
  static InputType withWidth(InputType type, long width) {
    if (type instanceof InputType.InputTypeRecurrent series) {
      return InputType.recurrent(width, series.getTimeSeriesLength(), series.getFormat());
    }
    InputType.InputTypeConvolutional maps = (InputType.InputTypeConvolutional) type;
    return InputType.convolutional(maps.getHeight(), maps.getWidth(), width, maps.getFormat());
  }

  /** Returns the number of rows per example; 1 for a series of unknown length. */
  static long rows(InputType type) {
    if (type instanceof InputType.InputTypeRecurrent series) {
      return Math.max(1, series.getTimeSeriesLength());
    }
    return type instanceof InputType.InputTypeConvolutional maps
        ? maps.getHeight() * maps.getWidth()
        : 1;
  }
}
