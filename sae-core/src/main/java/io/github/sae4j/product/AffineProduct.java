package io.github.sae4j.product;

import io.github.sae4j.cpu.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The dense product of a step, {@code x·W_enc + b_enc}, tile after tile, so that each can be used
 * while it is in cache and the whole matrix never exists. Thread-safe.
 */
public interface AffineProduct {

  /**
   * The product by oneDNN, or by ND4J's BLAS where oneDNN is missing, which the log says; then in
   * float32 whatever was asked for.
   */
  static AffineProduct of(Workers workers, Precision precision) {
    return DnnlLibrary.isAvailable()
        ? new DnnlProduct(workers, precision)
        : new Nd4jProduct(workers);
  }

  /** Whether products in that precision can be had here; others are refused by {@link #run}. */
  static boolean has(Precision precision) {
    return !DnnlLibrary.isAvailable() || DnnlLibrary.multiplies(precision);
  }

  /** Takes the tiles. */
  interface Sink {
    /**
     * A tile is there; its values are overwritten after the call. Tiles of the same rows come on
     * one worker, in ascending order of latent; no two workers of a batch have the same number.
     *
     * @return whether to go on; if not, some tiles that are under way still come
     */
    boolean accept(int worker, Tile tile);
  }

  /**
   * Computes all tiles of a batch.
   *
   * @param x {@code [rows, nIn]}
   * @param wEnc {@code [nIn, nLatents]} in f-order
   * @param bEnc {@code [nLatents]}
   * @throws IllegalArgumentException if the processor does not have the precision
   */
  void run(INDArray x, INDArray wEnc, INDArray bEnc, Sink sink);

  /**
   * Promises that these weights do not change until {@link #release}, so that a copy in a layout
   * that is fast to multiply with may be kept: {@code 4·nIn·nLatents} bytes. It is made when they
   * are first multiplied with. Of one matrix at a time.
   *
   * @param wEnc the very object that {@link #run} is given
   */
  default void freeze(INDArray wEnc) {}

  /**
   * Frees native memory that was kept for the next batch, which takes it again, once no batch is
   * under way.
   */
  default void release() {}
}
