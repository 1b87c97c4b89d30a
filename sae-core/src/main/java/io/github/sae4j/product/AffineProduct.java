package io.github.sae4j.product;

import io.github.sae4j.cpu.Workers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The dense product of a step, {@code x·W_enc + b_enc}, tile after tile, so that each can be used
 * while it is in cache and the whole matrix never exists.
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

  /** Takes the tiles. */
  interface Sink {
    /**
     * A tile is there; its values are overwritten after the call. Tiles of the same rows come on
     * one worker, in ascending order of latent.
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
   */
  void run(INDArray x, INDArray wEnc, INDArray bEnc, Sink sink);

  /** Frees native memory that was kept for the next batch, which takes it again. */
  default void release() {}
}
