package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ShuffledRows;
import java.io.Closeable;
import java.io.IOException;

/** One stream of batches for several runs, each of which gets them as its inputs are to be. */
final class BatchStream implements Closeable {
  private final ShuffledRows rows;
  private final int batchRows;
  private final float[] batch;
  private final float[] handedOut; // the batch itself where all runs want the same
  private RowTransform.Kind kind; // of what was handed out last; null for a new batch

  /**
   * @param start where the first batch comes from
   * @param manyKinds whether runs differ in what is done to their inputs
   */
  BatchStream(
      ActivationSource source, BatchOrder order, ShuffledRows.Position start, boolean manyKinds) {
    rows =
        new ShuffledRows(
            source,
            order.seed(),
            order.shuffleBufferRows(),
            order.blockRows(),
            order.onNonFinite());
    rows.seek(start);
    batchRows = order.batchRows();
    batch = new float[Math.multiplyExact(batchRows, source.width())];
    handedOut = manyKinds ? batch.clone() : batch;
  }

  /** Moves to the next batch. */
  void next() throws IOException {
    rows.next(batch, batchRows);
    kind = null;
  }

  /**
   * The batch, {@code [batchRows, width]}, transformed; good until the next call.
   *
   * @param transform those of one kind are the same
   */
  float[] batch(RowTransform transform) {
    if (!transform.kind().equals(kind)) {
      if (handedOut != batch) {
        System.arraycopy(batch, 0, handedOut, 0, batch.length);
      }
      transform.apply(handedOut);
      kind = transform.kind();
    }
    return handedOut;
  }

  /** Where the next batch comes from. */
  ShuffledRows.Position position() {
    return rows.position();
  }

  /** Rows that were passed over so far, as they hold NaN or infinity. */
  long skipped() {
    return rows.skipped();
  }

  /** Where the first of them is; null if there is none. */
  String firstSkipped() {
    return rows.firstSkipped();
  }

  /** How long {@link #next} has waited for rows, in seconds. */
  double waitedSeconds() {
    return rows.waitedSeconds();
  }

  @Override
  public void close() {
    rows.close();
  }
}
