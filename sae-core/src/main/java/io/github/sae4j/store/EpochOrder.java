package io.github.sae4j.store;

import java.util.Arrays;

/**
 * The order of the rows within one epoch: blocks of consecutive rows are permuted and grouped into
 * windows, and the rows of each window are permuted. The last block of the source may be short, and
 * so may the last window.
 */
final class EpochOrder {
  private static final long FOR_BLOCKS = 1;
  private static final long FOR_ROWS = 2;

  private final Recipe recipe;
  private final long epoch;
  private final int[] blocks;

  /** The sizes common to all epochs. */
  record Recipe(long seed, long rows, int blockRows, int blocksPerWindow) {

    /** Returns the requested sizes, rounded to whole blocks; a single window if all rows fit. */
    static Recipe of(long seed, long rows, int shuffleBufferRows, int blockRows) {
      int blocks = Math.toIntExact((rows + blockRows - 1) / blockRows);
      return new Recipe(
          seed,
          rows,
          blockRows,
          shuffleBufferRows >= rows ? blocks : shuffleBufferRows / blockRows);
    }

    /** Returns the number of rows of the largest window. */
    long shuffleBufferRows() {
      return Math.min(rows, (long) blockRows * blocksPerWindow);
    }
  }

  EpochOrder(Recipe recipe, long epoch) {
    this.recipe = recipe;
    this.epoch = epoch;
    int count = Math.toIntExact((recipe.rows + recipe.blockRows - 1) / recipe.blockRows);
    this.blocks = new SplitMix64(recipe.seed, epoch, FOR_BLOCKS).permutation(count);
  }

  /** Returns the order of the next epoch. */
  EpochOrder next() {
    return new EpochOrder(recipe, epoch + 1);
  }

  long epoch() {
    return epoch;
  }

  int windows() {
    return (blocks.length + recipe.blocksPerWindow - 1) / recipe.blocksPerWindow;
  }

  /** Returns the window's blocks, in source order. */
  int[] blocks(int window) {
    int from = window * recipe.blocksPerWindow;
    int to = (int) Math.min((long) from + recipe.blocksPerWindow, blocks.length);
    int[] chosen = Arrays.copyOfRange(blocks, from, to);
    Arrays.sort(chosen);
    return chosen;
  }

  long firstRow(int block) {
    return (long) block * recipe.blockRows;
  }

  int rowsInBlock(int block) {
    return (int) Math.min(recipe.blockRows, recipe.rows - firstRow(block));
  }

  int rowsInWindow(int window) {
    return Arrays.stream(blocks(window)).map(this::rowsInBlock).sum();
  }

  /**
   * Returns, for each place in the window's part of the epoch, an index into the rows of its
   * blocks.
   */
  int[] rowOrder(int window) {
    return new SplitMix64(recipe.seed, epoch, FOR_ROWS, window).permutation(rowsInWindow(window));
  }
}
