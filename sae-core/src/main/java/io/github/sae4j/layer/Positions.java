package io.github.sae4j.layer;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where the rows of activations lie: of a dense layer {@code [batch, width]} the rows themselves;
 * of a time series {@code [batch, width, steps]} each step of each example; of feature maps {@code
 * [batch, width, height, width of the map]} each position. Channels may also be the last dimension
 * (DL4J's NWC and NHWC). What a mask leaves out has no row.
 */
public final class Positions {
  private final long[] shape;
  private final boolean channelsLast;
  private final int positions; // of an example
  private final int[] places; // of the rows, among all positions of all examples; null for all

  private Positions(long[] shape, boolean channelsLast, int[] places) {
    this.shape = shape;
    this.channelsLast = channelsLast;
    this.positions =
        (int) (Arrays.stream(shape, 1, shape.length).reduce(1, Math::multiplyExact) / width());
    this.places = places;
  }

  /**
   * The rows of an array of activations.
   *
   * @param activations of 2 to 4 dimensions; its shape is what counts
   * @param maskOrNull 0 at what is left out: {@code [batch, 1]} of rows, {@code [batch, steps]} of
   *     a time series, {@code [batch, 1, height, width]} of maps, or 1 in the place of either of
   *     the latter, or {@code [batch, 1]} for whole examples
   * @throws IllegalArgumentException if there are no rows in such an array, or the mask does not
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
    return maskOrNull == null
        ? all
        : new Positions(all.shape, all.channelsLast, all.placesIn(maskOrNull));
  }

  private int[] placesIn(INDArray mask) {
    long[] extent = extentOf(mask);
    if (extent == null) {
      throw new IllegalArgumentException(
          "a mask of shape %s does not fit activations of shape %s"
              .formatted(Arrays.toString(mask.shape()), Arrays.toString(shape)));
    }
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
    return count == found.length ? null : Arrays.copyOf(found, count);
  }

  /** Height and length of the mask of one example; null if it is not a mask of these positions. */
  private long[] extentOf(INDArray mask) {
    long[] of = mask.shape();
    long[] extent =
        switch (of.length) {
          case 1 -> new long[] {1, 1};
          case 2 -> new long[] {1, of[1]};
          case 4 -> new long[] {of[2], of[3]};
          default -> null;
        };
    boolean fits =
        extent != null
            && of[0] == shape[0]
            && (extent[0] == height() || extent[0] == 1)
            && (extent[1] == positions / height() || extent[1] == 1)
            && (of.length == 4 ? of[1] == 1 : shape.length < 4 || extent[1] == 1);
    return fits ? extent : null;
  }

  /** Whether an array is a mask of activations, as {@link #of} asks for. */
  public static boolean isMask(INDArray mask, INDArray activations, boolean channelsLast) {
    return of(activations, channelsLast, null).extentOf(mask) != null;
  }

  private int height() {
    return shape.length < 4 ? 1 : (int) shape[channelsLast ? 1 : 2];
  }

  /** Number of examples. */
  public int examples() {
    return (int) shape[0];
  }

  /** Length of a row. */
  public int width() {
    return (int) shape[channelsLast ? shape.length - 1 : 1];
  }

  /** Number of rows. */
  public int count() {
    return places == null ? examples() * positions : places.length;
  }

  /** The example that a row is of. */
  public int example(int row) {
    return place(row) / positions;
  }

  /** A row's step, or its place in a feature map, line after line; 0 of a dense layer. */
  public int position(int row) {
    return place(row) % positions;
  }

  private int place(int row) {
    return places == null ? row : places[row];
  }

  /**
   * The rows of an array of these positions.
   *
   * @param activations of this shape, or another width
   * @return {@code [count, width]}, in c-order or, of a dense layer without a mask, the array
   *     itself; there must be at least one
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
   * The array that has these rows, and zeros at what is left out.
   *
   * @param rows {@code [count, width]}, of any width; null where there are none
   * @param width of the rows
   */
  public INDArray activations(INDArray rows, DataType type, long width) {
    if (rows == null) {
      return Nd4j.zeros(type, shapeOf(width));
    }
    return places == null
        ? shaped(rows)
        : merged(rows, Nd4j.zeros(rows.dataType(), 1, width), false);
  }

  /**
   * The array that has these rows, and at what is left out the values of another.
   *
   * @param rows {@code [count, width]}
   * @param others of this shape
   */
  public INDArray activations(INDArray rows, INDArray others) {
    if (rows == null) {
      return others.dup();
    }
    return places == null ? shaped(rows) : merged(rows, allRows(others), true);
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
