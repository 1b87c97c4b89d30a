package io.github.sae4j.product;

import io.github.sae4j.cpu.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes the dense product of a step, {@code x·W_enc + b_enc}, tile by tile, so each tile can be
 * used while in cache and the whole matrix is never stored. Thread-safe.
 */
public interface AffineProduct {

  /**
   * Returns the product by oneDNN or, if oneDNN is missing, by ND4J's BLAS, which is logged and
   * always uses float32.
   */
  static AffineProduct of(Workers workers, Precision precision) {
    return DnnlLibrary.isAvailable()
        ? new DnnlProduct(workers, precision)
        : new Nd4jProduct(workers);
  }

  /**
   * Returns whether this machine supports products in the given precision; {@link #run} throws for
   * others.
   */
  static boolean has(Precision precision) {
    return !DnnlLibrary.isAvailable() || DnnlLibrary.multiplies(precision);
  }

  /** Receives the tiles. */
  interface Sink {
    /**
     * Receives a tile, whose values are overwritten after the call. Tiles of the same rows arrive
     * on one worker, in ascending order of latent; workers of a batch have distinct numbers.
     *
     * @return whether to continue; if false, tiles already in progress may still arrive
     */
    boolean accept(int worker, Tile tile);
  }

  /**
   * Computes all tiles of a batch.
   *
   * @param x {@code [rows, nIn]}
   * @param wEnc {@code [nIn, nLatents]} in f-order
   * @param bEnc {@code [nLatents]}
   * @throws IllegalArgumentException if the processor does not support the precision
   */
  void run(INDArray x, INDArray wEnc, INDArray bEnc, Sink sink);

  /**
   * Promises that these weights do not change until {@link #release}, so a copy of {@code
   * 4·nIn·nLatents} bytes may be kept in a layout that is fast to multiply with. The copy is made
   * on first use. Only one matrix can be frozen at a time.
   *
   * @param wEnc the same object that is passed to {@link #run}
   */
  default void freeze(INDArray wEnc) {}

  /**
   * Frees native memory kept between batches, after waiting for batches in progress. The next batch
   * allocates it again.
   */
  default void release() {}
}
