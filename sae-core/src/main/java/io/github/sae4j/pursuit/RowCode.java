package io.github.sae4j.pursuit;

import java.util.Arrays;

/** The code of one row at the current step of a pursuit, for directions with norm 1. */
abstract sealed class RowCode permits MatchingCode, OrthogonalCode {
  private final int[] latents;
  private final double[] coefficients;
  private final double least;
  private int size;
  private boolean finished;

  /**
   * @param most maximum number of latents
   * @param least size above which a component of the residual is more than rounding
   */
  RowCode(int most, double least) {
    this.latents = new int[most];
    this.coefficients = new double[most];
    this.least = least;
  }

  static RowCode of(Pursuit pursuit, int most, double least) {
    return pursuit.kind() == Pursuit.Kind.MATCHING
        ? new MatchingCode(most, least)
        : new OrthogonalCode(most, least, pursuit.signed());
  }

  /**
   * Adds the latent along whose direction d the residual r has the largest component.
   *
   * @param along {@code r·d}
   * @param target {@code x·d}, where x is the row that the pursuit started with
   * @param dots dot products of d with the directions of {@link #latent}, in their order; may be
   *     overwritten
   */
  abstract void accept(int latent, double along, double target, double[] dots);

  /** Frees the memory that only further steps need. */
  void close() {
    finish();
  }

  /** Returns whether a step is worthwhile; if not, finishes the row. */
  final boolean gainsFrom(double along) {
    finished |= Math.abs(along) <= least;
    return !finished;
  }

  /** Returns whether there is nothing left to gain. */
  final boolean finished() {
    return finished;
  }

  final void finish() {
    finished = true;
  }

  /** Returns the number of latents. */
  final int size() {
    return size;
  }

  final int latent(int i) {
    return latents[i];
  }

  final double coefficient(int i) {
    return coefficients[i];
  }

  final void setCoefficient(int i, double value) {
    coefficients[i] = value;
  }

  /** Returns the index of a latent, or −1 if it has not been chosen. */
  final int indexOf(int latent) {
    for (int i = 0; i < size; i++) {
      if (latents[i] == latent) {
        return i;
      }
    }
    return -1;
  }

  final void add(int latent, double coefficient) {
    latents[size] = latent;
    coefficients[size++] = coefficient;
  }

  final void remove(int i) {
    System.arraycopy(latents, i + 1, latents, i, size - i - 1);
    System.arraycopy(coefficients, i + 1, coefficients, i, size - i - 1);
    size--;
  }

  /** Returns the indices in the order of their latents. */
  final int[] ascending() {
    long[] keys = new long[size];
    for (int i = 0; i < size; i++) {
      keys[i] = (long) latents[i] << 32 | i;
    }
    Arrays.sort(keys);
    int[] places = new int[size];
    for (int i = 0; i < size; i++) {
      places[i] = (int) keys[i];
    }
    return places;
  }
}
