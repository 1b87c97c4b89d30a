package io.github.sae4j.train;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ShuffledRows;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/**
 * A stream of batches for several runs, each of which receives them with its own input transform.
 */
final class BatchStream implements Closeable {
  private final ShuffledRows rows;
  private final int batchRows;
  private final float[] batch;
  private final float[] handedOut; // the batch itself if all runs share one transform
  private RowTransform.Kind kind; // transform of the last returned batch; null for a new batch

  /**
   * @param start position of the first batch
   * @param manyKinds whether runs have different input transforms
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
   * Returns the transformed batch, {@code [batchRows, width]}, valid until the next call.
   *
   * @param transform the transform; transforms of one kind must be equal
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

  /** Returns the position of the next batch. */
  ShuffledRows.Position position() {
    return rows.position();
  }

  /** Returns the number of rows skipped so far because they contain NaN or infinity. */
  long skipped() {
    return rows.skipped();
  }

  /** Returns the location of the first skipped row, if there is one. */
  Optional<String> firstSkipped() {
    return rows.firstSkipped();
  }

  /** Returns how long {@link #next} has waited for rows, in seconds. */
  double waitedSeconds() {
    return rows.waitedSeconds();
  }

  @Override
  public void close() {
    rows.close();
  }
}
