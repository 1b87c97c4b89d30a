package io.github.sae4j.engine;

import java.util.BitSet;
import java.util.OptionalDouble;

/**
 * The latent activations of a batch, {@code [rows, nLatents]}: sparse rows for ReLU and TopK codes
 * ({@link SparseCodes} on the heap), a matrix for sigmoid and linear codes, which are never zero,
 * and for ReLU codes so dense that sparse rows would be slower. They belong to the engine that made
 * them; codes on the heap can be given to any engine of the host.
 */
public interface Codes {

  /** Returns the number of rows of the batch. */
  int rows();

  /** Returns the width of the dictionary. */
  int nLatents();

  /** Returns the number of stored activations over all rows. */
  long activations();

  /** Returns the number of nonzero activations. */
  long nonZeros();

  /** Returns the smallest positive activation; empty if there is none. */
  OptionalDouble smallestPositive();

  /**
   * Returns the latents active in any row. An entry of 0, as a gated latent has when its gate is
   * open at a magnitude of 0, does not count as active.
   */
  BitSet fired();

  /**
   * Returns a row's activation of a latent; 0 if it is not active.
   *
   * @throws IndexOutOfBoundsException if the row or latent does not exist
   */
  double at(int row, int latent);

  /** Returns the sum of these codes and others at the same positions. */
  Codes plus(Codes other);

  /** Returns the values of a matrix {@code [rows, nLatents]} at the same positions. */
  Codes sample(Tensor matrix);

  /** Returns these codes multiplied by a factor. */
  Codes times(double factor);

  /** Returns the element-wise product of these codes and others at the same positions. */
  Codes times(Codes other);

  /**
   * Returns only the activations of the latents from {@code from} (inclusive) to {@code to}
   * (exclusive), at the same width, as for a prefix of a nested dictionary.
   *
   * @throws IndexOutOfBoundsException if this is not a valid range of latents
   */
  Codes slice(int from, int to);

  /**
   * Returns, at the same positions, the weight of each position's latent; {@code weights} is {@code
   * [nLatents]}.
   */
  Codes weights(Tensor weights);

  /**
   * Frees memory outside the heap immediately; has no effect on {@link SparseCodes}, which are on
   * the heap.
   */
  default void release() {}

  /** Returns the mean number of activations per row. */
  default double l0() {
    return rows() == 0 ? 0 : (double) activations() / rows();
  }
}
