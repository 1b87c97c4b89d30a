package io.github.sae4j.product;

/**
 * What a product keeps beside the parameters, in bytes: plain arithmetic, which loads nothing of
 * ND4J. It is that of the product by oneDNN; ND4J's takes more.
 */
public final class ProductMemory {
  /** A product's result and the scratch memory of oneDNN. */
  private static final int NATIVE_TILES = 2;

  private ProductMemory() {}

  /** The encoder's weights in the layout of the product. */
  public static long packedWeights(int nIn, int nLatents, int batchRows, Precision precision) {
    int width = precision == Precision.BFLOAT16 ? Short.BYTES : Float.BYTES;
    boolean packs = precision != Precision.FLOAT32 || batchRows >= DnnlProduct.LEAST_ROWS_TO_PACK;
    return packs ? (long) nIn * nLatents * width : 0;
  }

  /** The workers' tiles in native memory. */
  public static long nativeTiles(int nLatents, int batchRows, int workers) {
    return NATIVE_TILES * heapTiles(nLatents, batchRows, workers);
  }

  /** The workers' tiles on the heap. */
  public static long heapTiles(int nLatents, int batchRows, int workers) {
    long latents = Math.min(DnnlProduct.CHUNK, nLatents);
    return latents * workers * DnnlProduct.rowsPerTile(batchRows) * Float.BYTES;
  }
}
