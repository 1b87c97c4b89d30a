package io.github.sae4j.product;

/**
 * Computes the memory that a oneDNN product needs besides the parameters, in bytes, without loading
 * ND4J. ND4J's own product needs more.
 */
public final class ProductMemory {
  /** oneDNN packs whole blocks of this many inputs and latents. */
  private static final long BLOCK_IN = 16;

  private static final long BLOCK_LATENTS = 64;

  /** A product's result and oneDNN's scratch memory. */
  private static final int NATIVE_TILES = 2;

  private ProductMemory() {}

  /** Returns the size of the encoder's weights in the layout of the product. */
  public static long packedWeights(int nIn, int nLatents, int batchRows, Precision precision) {
    int width = precision == Precision.BFLOAT16 ? Short.BYTES : Float.BYTES;
    boolean packs = precision != Precision.FLOAT32 || batchRows >= DnnlProduct.LEAST_ROWS_TO_PACK;
    return packs ? whole(nIn, BLOCK_IN) * whole(nLatents, BLOCK_LATENTS) * width : 0;
  }

  private static long whole(long count, long block) {
    return (count + block - 1) / block * block;
  }

  /**
   * Returns the size of the workers' tiles in native memory, and of a tile's rows if the last tile
   * needs padding.
   */
  public static long nativeTiles(int nIn, int nLatents, int batchRows, int workers) {
    int rows = DnnlProduct.rowsPerTile(batchRows);
    long latents = Math.min(DnnlProduct.CHUNK, nLatents);
    long filled = batchRows % rows == 0 ? 0 : nIn;
    return (NATIVE_TILES * latents + filled) * workers * rows * Float.BYTES;
  }

  /**
   * Returns the size of the workers' tiles on the heap; for a few rows, that of a single tile of
   * all latents.
   */
  public static long heapTiles(int nLatents, int batchRows, int workers) {
    if (batchRows <= DnnlProduct.MOST_ROWS_TO_DIVIDE_WEIGHTS) {
      return (long) nLatents * batchRows * Float.BYTES;
    }
    long latents = Math.min(DnnlProduct.CHUNK, nLatents);
    return latents * workers * DnnlProduct.rowsPerTile(batchRows) * Float.BYTES;
  }
}
