package io.github.sae4j.train;

import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.nd4j.NdEngine;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Computes pre-activations of a few latents at a time, to keep arrays on the heap small: large ones
 * would compete with the shuffle buffer.
 */
final class LatentBlocks {
  private static final int LATENTS_AT_ONCE = 64;

  private LatentBlocks() {}

  /** Receives the pre-activations of latents {@code [from, to)}. */
  interface Block {
    /**
     * Receives a block.
     *
     * @param h {@code [rows, to − from]}, row after row
     */
    void accept(int from, int to, float[] h);
  }

  /**
   * Computes the pre-activations of all latents.
   *
   * @param x the input that the encoder's weights are multiplied by, {@code [rows, nIn]}
   */
  static void forEach(SaeParameters p, INDArray x, Block hearer) {
    NdEngine engine = NdEngine.forType(p.wEnc().dataType());
    for (int from = 0; from < p.nLatents(); from += LATENTS_AT_ONCE) {
      int to = Math.min(p.nLatents(), from + LATENTS_AT_ONCE);
      INDArray some = p.wEnc().get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
      INDArray bias = p.bEnc().get(NDArrayIndex.interval(from, to));
      try (INDArray pre = engine.affine(x, some, bias)) {
        hearer.accept(from, to, pre.data().asFloat());
      }
    }
  }
}
