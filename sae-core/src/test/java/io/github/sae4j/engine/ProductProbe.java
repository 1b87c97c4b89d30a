package io.github.sae4j.engine;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The product of an encoder and nothing else, as the engine computes it: the roofline of a step.
 */
public final class ProductProbe {
  private final AffineProduct product;

  public ProductProbe(Precision precision) {
    Workers workers = Workers.shared();
    product =
        DnnlLibrary.isAvailable() ? new DnnlProduct(workers, precision) : new Nd4jProduct(workers);
  }

  /** Computes {@code x·W_enc + b_enc}, tile after tile, and lets it go. */
  public void run(INDArray x, INDArray wEnc, INDArray bEnc) {
    product.run(x, wEnc, bEnc, (worker, tile) -> true);
  }

  /** The loops that the engine uses here, in words. */
  public static String kernels() {
    return Kernels.INSTANCE.toString();
  }
}
