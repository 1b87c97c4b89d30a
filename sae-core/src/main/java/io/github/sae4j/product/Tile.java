package io.github.sae4j.product;

/** Pre-activations of some rows and latents of a batch, small enough to stay in cache. */
public final class Tile {
  private final int firstRow;
  private final int rows;
  private final int firstLatent;
  private final int latents;
  private final float[] values;
  private final int at;

  /**
   * @param firstRow index in the batch of the tile's first row
   * @param firstLatent index in the dictionary of the tile's first latent
   * @param values array with the tile, {@code [rows, latents]}, row by row, starting at index
   *     {@code at}
   */
  public Tile(int firstRow, int rows, int firstLatent, int latents, float[] values, int at) {
    this.firstRow = firstRow;
    this.rows = rows;
    this.firstLatent = firstLatent;
    this.latents = latents;
    this.values = values;
    this.at = at;
  }

  public int firstRow() {
    return firstRow;
  }

  public int rows() {
    return rows;
  }

  public int firstLatent() {
    return firstLatent;
  }

  public int latents() {
    return latents;
  }

  public float[] values() {
    return values;
  }

  /** Returns the index in {@code values} of the first latent of a row of the tile. */
  public int rowAt(int row) {
    return at + row * latents;
  }

  public boolean endsAt(int nLatents) {
    return firstLatent + latents == nLatents;
  }
}
