package io.github.sae4j.train;

import io.github.sae4j.engine.Engine;
import io.github.sae4j.variant.SaeParameters;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Pre-activations of some latents at a time. Few, for arrays on the heap that are not large: those
 * would stand in the shuffle buffer's way.
 */
final class LatentBlocks {
  private static final int LATENTS_AT_ONCE = 64;

  private LatentBlocks() {}

  /** Hears of the pre-activations of latents {@code [from, to)}. */
  interface Block {
    /**
     * Takes a block.
     *
     * @param h {@code [rows, to − from]}, row after row
     */
    void accept(int from, int to, float[] h);
  }

  /**
   * Computes those of all latents.
   *
   * @param x what the encoder's weights are multiplied by, {@code [rows, nIn]}
   */
  static void forEach(SaeParameters p, INDArray x, Block hearer) {
    Engine engine = Engine.forType(p.wEnc().dataType());
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
