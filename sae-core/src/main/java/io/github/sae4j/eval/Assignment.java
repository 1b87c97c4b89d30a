package io.github.sae4j.eval;

import java.util.Arrays;

/**
 * The one-to-one assignment of rows to columns with the largest sum of weights. Each row gets a
 * column of its own; if there are more rows than columns, each column gets a row of its own.
 *
 * <p>Rows are added one at a time along the shortest augmenting path (Jonker and Volgenant 1987, "A
 * shortest augmenting path algorithm for dense and sparse linear assignment problems", Computing
 * 38; for unequal sizes as in Crouse 2016, "On implementing 2D rectangular assignment algorithms",
 * IEEE Transactions on Aerospace and Electronic Systems 52). Dual prices keep track of what the
 * rows and columns have cost so far. Takes at most {@code rows²·columns} steps.
 */
final class Assignment {
  private static final int NONE = -1;

  private final float[] weights; // [rows, columns], rows <= columns
  private final int columns;
  private final double[] rowPrices;
  private final double[] columnPrices;
  private final int[] columnOfRow;
  private final int[] rowOfColumn;

  // state of the search for one path
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
   * Returns the assignment with the largest sum of weights.
   *
   * @param weights {@code [rows, columns]} in row-major order; must be finite
   * @throws IllegalArgumentException if a weight is not finite
   * @return the column of each row, or −1 for a row left unassigned because there are fewer columns
   *     than rows
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

  /** Finds the cheapest path to a free column by Dijkstra's method and shifts rows along it. */
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
      // closed columns are kept after the open ones, the most recent first
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

  /**
   * Relaxes the paths from a row to all open columns; returns the index in {@code open} of the
   * nearest.
   */
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
      throw new IllegalArgumentException("row " + row + " has a weight that is not finite");
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
