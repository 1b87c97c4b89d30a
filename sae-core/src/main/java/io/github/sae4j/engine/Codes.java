package io.github.sae4j.engine;

import java.util.BitSet;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The latent activations of a batch, {@code [rows, nLatents]}: sparse rows for ReLU and TopK codes,
 * a dense matrix for sigmoid and linear codes, which are never zero, and for ReLU codes so dense
 * that sparse rows would be slower.
 */
public sealed interface Codes permits SparseCodes, DenseCodes {

  /** Rows of the batch. */
  int rows();

  /** Width of the dictionary. */
  int nLatents();

  /** Number of stored activations, over all rows. */
  long activations();

  /** Number of activations that are not zero. */
  long nonZeros();

  /** The smallest positive activation; empty where none is. */
  OptionalDouble smallestPositive();

  /**
   * The latents that are active in any row: an entry of 0, as gated latents have where the gate is
   * open and nothing comes through, is no activation.
   */
  BitSet fired();

  /**
   * A row's activation of a latent; 0 where it is not active.
   *
   * @throws IndexOutOfBoundsException if there is no such row or latent
   */
  double at(int row, int latent);

  /** The codes as a c-ordered dense matrix {@code [rows, nLatents]}; a copy for sparse codes. */
  INDArray toDense();

  /** The sum of these codes and others at the same places. */
  Codes plus(Codes other);

  /** At the same places, the values that a matrix {@code [rows, nLatents]} has there. */
  Codes sample(INDArray matrix);

  /** These codes times a factor. */
  Codes times(double factor);

  /** The product of these codes and others at the same places, entry by entry. */
  Codes times(Codes other);

  /**
   * The activations of the latents from {@code from} (inclusive) to {@code to} (exclusive) alone,
   * at the same width: a prefix of a nested dictionary.
   *
   * @throws IndexOutOfBoundsException if they are not a range of these latents
   */
  Codes slice(int from, int to);

  /** At the same places, the weight of each place's latent; {@code weights} is [nLatents]. */
  Codes weights(INDArray weights);

  /** Frees a matrix in ND4J's memory at once; sparse codes lie on the heap and stay. */
  default void release() {}

  /** Mean number of activations a row. */
  default double l0() {
    return rows() == 0 ? 0 : (double) activations() / rows();
  }
}
