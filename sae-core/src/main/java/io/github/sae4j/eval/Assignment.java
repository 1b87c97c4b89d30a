package io.github.sae4j.eval;

import java.util.Arrays;

/**
 * The one-to-one assignment of rows to columns whose weights sum to the most: each row gets a
 * column of its own, or, where there are more rows than columns, each column a row.
 *
 * <p>Row after row is brought in along the shortest augmenting path (Jonker and Volgenant 1987, "A
 * shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing
 * 38, for unequal sizes as in Crouse 2016, "On implementing 2D rectangular assignment algorithms",
 * IEEE Transactions on Aerospace and Electronic Systems 52), with what has been paid for rows and
 * columns so far kept as dual prices. At most {@code rows²·columns} steps.
 */
final class Assignment {
  private static final int NONE = -1;

  private final float[] weights; // [rows, columns], rows <= columns
  private final int columns;
  private final double[] rowPrices;
  private final double[] columnPrices;
  private final int[] columnOfRow;
  private final int[] rowOfColumn;

  // of the search for one path
  private final double[] distances;
  private final int[] cameFrom;
  private final int[] open;

  private Assignment(float[] weights, int rows, int columns) {
    this.weights = weights;
    this.columns = columns;
    this.rowPrices = new double[rows];
    this.columnPrices = new double[columns];
    this.columnOfRow = new int[rows];
    this.rowOfColumn = new int[columns];
    this.distances = new double[columns];
    this.cameFrom = new int[columns];
    this.open = new int[columns];
    Arrays.fill(columnOfRow, NONE);
    Arrays.fill(rowOfColumn, NONE);
  }

  /**
   * The assignment whose weights have the largest sum.
   *
   * @param weights {@code [rows, columns]}, row after row; finite
   * @throws IllegalArgumentException if weights are not finite
   * @return the column of each row; −1 for rows that go without, where there are fewer columns
   */
  static int[] heaviest(float[] weights, int rows, int columns) {
    if (rows <= columns) {
      return new Assignment(weights, rows, columns).solve();
    }
    float[] transposed = new float[weights.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        transposed[j * rows + i] = weights[i * columns + j];
      }
    }
    int[] rowOf = new Assignment(transposed, columns, rows).solve();
    int[] columnOf = new int[rows];
    Arrays.fill(columnOf, NONE);
    for (int j = 0; j < columns; j++) {
      columnOf[rowOf[j]] = j;
    }
    return columnOf;
  }

  private int[] solve() {
    for (int row = 0; row < columnOfRow.length; row++) {
      bringIn(row);
    }
    return columnOfRow;
  }

  /** Finds the cheapest way to a free column by Dijkstra's method, and shifts rows along it. */
  private void bringIn(int newRow) {
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    for (int j = 0; j < columns; j++) {
      open[j] = j;
    }
    int openCount = columns;
    int row = newRow;
    double travelled = 0;
    while (true) {
      int nearest = extend(row, travelled, openCount);
      int column = open[nearest];
      travelled = distances[column];
      // the closed columns are kept behind the open ones, the latest first
      open[nearest] = open[--openCount];
      open[openCount] = column;
      if (rowOfColumn[column] == NONE) {
        raisePrices(newRow, travelled, openCount);
        shift(newRow, column);
        return;
      }
      row = rowOfColumn[column];
    }
  }

  /** Relaxes the ways from a row to all open columns; the place in {@code open} of the nearest. */
  private int extend(int row, double travelled, int openCount) {
    int at = row * columns;
    double base = travelled - rowPrices[row];
    double least = Double.POSITIVE_INFINITY;
    int nearest = NONE;
    for (int k = 0; k < openCount; k++) {
      int j = open[k];
      double distance = base - weights[at + j] - columnPrices[j];
      if (distance < distances[j]) {
        distances[j] = distance;
        cameFrom[j] = row;
      }
      if (distances[j] < least || (distances[j] == least && rowOfColumn[j] == NONE)) {
        least = distances[j];
        nearest = k;
      }
    }
    if (!(least < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("row " + row + " has weights that are not finite");
    }
    return nearest;
  }

  private void raisePrices(int newRow, double travelled, int openCount) {
    rowPrices[newRow] += travelled;
    for (int k = openCount; k < columns; k++) {
      int column = open[k];
      double gain = travelled - distances[column];
      columnPrices[column] -= gain;
      if (rowOfColumn[column] != NONE) {
        rowPrices[rowOfColumn[column]] += gain;
      }
    }
  }

  private void shift(int newRow, int freeColumn) {
    int column = freeColumn;
    int row;
    do {
      row = cameFrom[column];
      rowOfColumn[column] = row;
      int before = columnOfRow[row];
      columnOfRow[row] = column;
      column = before;
    } while (row != newRow);
  }
}
