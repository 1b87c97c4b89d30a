package io.github.sae4j.product;

/** Pre-activations of some rows and latents of a batch, while they are in cache. */
public final class Tile {
  private final int firstRow;
  private final int rows;
  private final int firstLatent;
  private final int latents;
  private final float[] values;
  private final int at;

  /**
   * @param firstRow of the batch
   * @param firstLatent of the dictionary
   * @param values hold the tile, {@code [rows, latents]}, row after row, from index {@code at} on
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

  /** Index in {@code values} of the first latent of a row of the tile. */
  public int rowAt(int row) {
    return at + row * latents;
  }

  public boolean endsAt(int nLatents) {
    return firstLatent + latents == nLatents;
  }
}
