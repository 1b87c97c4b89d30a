package io.github.sae4j.pursuit;

/**
 * The lower factor L of the Gram matrix {@code L·Lᵀ = G} of a set of unit directions, updated as
 * directions are added and removed one at a time.
 */
final class CholeskyFactor {
  /**
   * The squared norm outside the span of the others above which a direction counts as independent.
   */
  private static final double INDEPENDENT_FROM = 1e-6;

  private final double[] lower; // row-major, row i with i + 1 values
  private int size;

  CholeskyFactor(int most) {
    this.lower = new double[most * (most + 1) / 2];
  }

  int size() {
    return size;
  }

  /**
   * Adds a direction.
   *
   * @param dots dot products with the existing directions, in the order they were added;
   *     overwritten
   * @return whether it was added, which it is not if it lies in their span
   */
  boolean append(double[] dots) {
    solveLower(dots);
    double outside = 1;
    for (int i = 0; i < size; i++) {
      outside -= dots[i] * dots[i];
    }
    if (!(outside > INDEPENDENT_FROM)) {
      return false;
    }
    System.arraycopy(dots, 0, lower, start(size), size);
    lower[start(size) + size] = Math.sqrt(outside);
    size++;
    return true;
  }

  /** Removes a direction; later ones move up. Rotations restore the triangular form. */
  void remove(int direction) {
    for (int column = direction; column + 1 < size; column++) {
      int pivot = start(column + 1) + column;
      double norm = Math.hypot(lower[pivot], lower[pivot + 1]);
      double cos = lower[pivot] / norm;
      double sin = lower[pivot + 1] / norm;
      for (int row = column + 1; row < size; row++) {
        int at = start(row) + column;
        double left = lower[at];
        lower[at] = cos * left + sin * lower[at + 1];
        lower[at + 1] = cos * lower[at + 1] - sin * left;
      }
    }
    for (int row = direction; row + 1 < size; row++) {
      System.arraycopy(lower, start(row + 1), lower, start(row), row + 1);
    }
    size--;
  }

  /** Solves {@code G·a = b} in place. */
  void solve(double[] b) {
    solveLower(b);
    for (int i = size - 1; i >= 0; i--) {
      b[i] /= lower[start(i) + i];
      for (int j = 0; j < i; j++) {
        b[j] -= lower[start(i) + j] * b[i];
      }
    }
  }

  private void solveLower(double[] b) {
    for (int i = 0; i < size; i++) {
      double sum = b[i];
      int row = start(i);
      for (int j = 0; j < i; j++) {
        sum -= lower[row + j] * b[j];
      }
      b[i] = sum / lower[row + i];
    }
  }

  private static int start(int row) {
    return row * (row + 1) / 2;
  }
}
