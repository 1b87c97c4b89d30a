package io.github.sae4j.apply.compress;

/** The largest sizes in a file, so that reading a block of any file needs little memory. */
final class Limits {
  static final int LATENTS = 1 << 21;
  static final int BLOCK_ROWS = 1 << 16;

  /** Active latents in a block. */
  static final int BLOCK_ENTRIES = 1 << 21;

  /** Values of a block's rows. */
  static final int BLOCK_VALUES = 1 << 22;

  static final int JSON_BYTES = 1 << 20;
  static final int TABLE_BYTES = 3 * LATENTS;

  private Limits() {}

  /** Returns how many rows of a width may be in a block. */
  static int rowsPerBlock(int width) {
    return Math.max(1, Math.min(BLOCK_ROWS, BLOCK_VALUES / width));
  }
}
