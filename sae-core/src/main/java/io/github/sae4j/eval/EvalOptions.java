package io.github.sae4j.eval;

/**
 * How many rows to evaluate, and in what batches.
 *
 * @param batchRows rows encoded at a time
 * @param maxRows maximum number of rows to read, from the start of the source
 */
public record EvalOptions(int batchRows, long maxRows) {
  /** Every row, 4,096 at a time. */
  public static final EvalOptions ALL = new EvalOptions(4096, Long.MAX_VALUE);

  public EvalOptions {
    if (batchRows < 1) {
      throw new IllegalArgumentException("batchRows must be at least 1, got " + batchRows);
    }
    if (maxRows < 1) {
      throw new IllegalArgumentException("maxRows must be at least 1, got " + maxRows);
    }
  }

  /** Returns these options with another limit on the rows. */
  public EvalOptions withMaxRows(long rows) {
    return new EvalOptions(batchRows, rows);
  }
}
