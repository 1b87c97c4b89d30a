package io.github.sae4j.layer;

import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Maps activations to rows: for a dense layer {@code [batch, width]}, the rows themselves; for a
 * time series {@code [batch, width, steps]}, each step of each example; for feature maps {@code
 * [batch, width, height, width of the map]}, each position. Channels may also be the last dimension
 * (DL4J's NWC and NHWC). Masked positions have no row.
 */
public final class Positions {
  private final long[] shape;
  private final boolean channelsLast;
  private final int positions; // of an example
  private final int[]
      places; // indices of the rows among all positions of all examples; null for all

  private Positions(long[] shape, boolean channelsLast, int[] places) {
    this.shape = shape;
    this.channelsLast = channelsLast;
    this.positions =
        (int) (Arrays.stream(shape, 1, shape.length).reduce(1, Math::multiplyExact) / width());
    this.places = places;
  }

  /**
   * Returns the positions of an array of activations.
   *
   * @param activations array of 2 to 4 dimensions, of which only the shape is used
   * @param maskOrNull mask with 0 at positions to leave out: {@code [batch, 1]} for rows, {@code
   *     [batch, steps]} for a time series, {@code [batch, 1, height, width]} for maps, where height
   *     or width may be 1, or {@code [batch, 1]} for whole examples
   * @throws IllegalArgumentException if an array of this shape has no rows, or the mask does not
   *     fit
   */
  public static Positions of(INDArray activations, boolean channelsLast, INDArray maskOrNull) {
    int rank = activations.rank();
    if (rank < 2 || rank > 4) {
      throw new IllegalArgumentException(
          "activations of shape %s have no rows: expected 2 to 4 dimensions"
              .formatted(Arrays.toString(activations.shape())));
    }
    Positions all = new Positions(activations.shape(), channelsLast && rank > 2, null);
    if (maskOrNull == null) {
      return all;
    }
    int[] places = all.placesIn(maskOrNull);
    return places.length == all.count() ? all : new Positions(all.shape, all.channelsLast, places);
  }

  /** Returns the indices of the rows that a mask leaves, among all positions of all examples. */
  private int[] placesIn(INDArray mask) {
    long[] extent =
        extentOf(mask)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "a mask of shape %s does not fit activations of shape %s"
                            .formatted(Arrays.toString(mask.shape()), Arrays.toString(shape))));
    int length = positions / height();
    float[] flags = mask.castTo(DataType.FLOAT).dup('c').data().asFloat();
    int[] found = new int[(int) (shape[0] * positions)];
    int count = 0;
    for (int place = 0; place < found.length; place++) {
      int example = place / positions;
      long row = place % positions / length % extent[0];
      long column = place % length % extent[1];
      if (flags[(int) ((example * extent[0] + row) * extent[1] + column)] != 0) {
        found[count++] = place;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /**
   * Returns the height and length of the mask of one example; empty if it is not a mask of these
   * positions.
   */
  private Optional<long[]> extentOf(INDArray mask) {
    long[] of = mask.shape();
    long[] extent =
        switch (of.length) {
          case 1 -> new long[] {1, 1};
          case 2 -> new long[] {1, of[1]};
          case 4 -> new long[] {of[2], of[3]};
          default -> new long[0];
        };
    boolean fits =
        extent.length == 2
            && of[0] == shape[0]
            && (extent[0] == height() || extent[0] == 1)
            && (extent[1] == positions / height() || extent[1] == 1)
            && (of.length == 4 ? of[1] == 1 : shape.length < 4 || extent[1] == 1);
    return fits ? Optional.of(extent) : Optional.empty();
  }

  /** Returns whether an array is a mask of activations that {@link #of} accepts. */
  public static boolean isMask(INDArray mask, INDArray activations, boolean channelsLast) {
    return of(activations, channelsLast, null).extentOf(mask).isPresent();
  }

  private int height() {
    return shape.length < 4 ? 1 : (int) shape[channelsLast ? 1 : 2];
  }

  /** Returns the number of examples. */
  public int examples() {
    return (int) shape[0];
  }

  /** Returns the length of a row. */
  public int width() {
    return (int) shape[channelsLast ? shape.length - 1 : 1];
  }

  /** Returns the number of rows. */
  public int count() {
    return places == null ? examples() * positions : places.length;
  }

  /** Returns the example that a row belongs to. */
  public int example(int row) {
    return place(row) / positions;
  }

  /**
   * Returns a row's step, or its position in a feature map in row-major order; 0 for a dense layer.
   */
  public int position(int row) {
    return place(row) % positions;
  }

  private int place(int row) {
    return places == null ? row : places[row];
  }

  /**
   * Returns the rows of an array with these positions, of which there must be at least one.
   *
   * @param activations array of this shape, except that the width may differ
   * @return {@code [count, width]} in c-order, or the array itself for a dense layer without a mask
   */
  public INDArray rows(INDArray activations) {
    INDArray all = allRows(activations);
    return places == null ? all : Nd4j.pullRows(all, 1, places, 'c');
  }

  private INDArray allRows(INDArray activations) {
    if (shape.length == 2) {
      return activations;
    }
    INDArray last = channelsLast ? activations : activations.permute(toLast());
    return last.dup('c').reshape('c', (long) examples() * positions, last.size(-1));
  }

  private int[] toLast() {
    return shape.length == 3 ? new int[] {0, 2, 1} : new int[] {0, 2, 3, 1};
  }

  /**
   * Returns the array with these rows, and zeros at masked positions.
   *
   * @param rowsOrNull {@code [count, width]}, of any width; null if there are none
   * @param width width of the rows
   */
  public INDArray activations(INDArray rowsOrNull, DataType type, long width) {
    if (rowsOrNull == null) {
      return Nd4j.zeros(type, shapeOf(width));
    }
    return places == null
        ? shaped(rowsOrNull)
        : merged(rowsOrNull, Nd4j.zeros(rowsOrNull.dataType(), 1, width), false);
  }

  /**
   * Returns the array with these rows, and the values of another array at masked positions.
   *
   * @param rowsOrNull {@code [count, width]}; null if there are none
   * @param others array of this shape
   */
  public INDArray activations(INDArray rowsOrNull, INDArray others) {
    if (rowsOrNull == null) {
      return others.dup();
    }
    return places == null ? shaped(rowsOrNull) : merged(rowsOrNull, allRows(others), true);
  }

  private INDArray merged(INDArray rows, INDArray others, boolean own) {
    int[] from = new int[examples() * positions];
    for (int place = 0; place < from.length; place++) {
      from[place] = count() + (own ? place : 0);
    }
    for (int row = 0; row < places.length; row++) {
      from[places[row]] = row;
    }
    return shaped(Nd4j.pullRows(Nd4j.vstack(rows, others), 1, from, 'c'));
  }

  private INDArray shaped(INDArray allRows) {
    if (shape.length == 2) {
      return allRows;
    }
    long width = allRows.size(1);
    if (channelsLast) {
      return allRows.reshape('c', shapeOf(width));
    }
    return shape.length == 3
        ? allRows.reshape('c', shape[0], shape[2], width).permute(0, 2, 1)
        : allRows.reshape('c', shape[0], shape[2], shape[3], width).permute(0, 3, 1, 2);
  }

  private long[] shapeOf(long width) {
    long[] other = shape.clone();
    other[channelsLast ? shape.length - 1 : 1] = width;
    return other;
  }
}
