package io.github.sae4j.product;

import io.github.sae4j.cpu.HostRows;
import io.github.sae4j.cpu.Workers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The product by oneDNN. Every worker multiplies its own rows with all weights, chunk after chunk
 * of latents, so that a tile stays in its core's cache until it is used and workers never wait for
 * each other. Weights are packed once a batch into the layout that the product wants.
 *
 * <p>A tile's bounds depend on the batch alone, so results do not depend on the number of workers.
 */
final class DnnlProduct implements AffineProduct {
  /** 256 rows by 1,024 latents are 1 MB: half of a second-level cache. */
  static final int MOST_ROWS = 256;

  static final int CHUNK = 1024;
  private static final int LEAST_ROWS = 32;

  /** With fewer rows packing costs more than it saves. */
  static final int LEAST_ROWS_TO_PACK = 64;

  private final Workers workers;
  private final Precision precision;
  private final DnnlWorker[] states;
  private PackedWeights packed;

  DnnlProduct(Workers workers, Precision precision) {
    this.workers = workers;
    this.precision = precision;
    this.states = new DnnlWorker[workers.count()];
  }

  @Override
  public void run(INDArray x, INDArray wEnc, INDArray bEnc, Sink sink) {
    HostRows rows = HostRows.of(x);
    HostRows weights = HostRows.of(wEnc.transpose());
    HostRows bias = HostRows.of(bEnc.reshape(1, bEnc.length()));
    PackedWeights w = pack(weights, rows.rows());
    int n = rows.rows();
    AtomicBoolean stopped = new AtomicBoolean();
    workers.run(
        n,
        rowsPerTile(n),
        (worker, from, to) -> {
          DnnlWorker state = state(worker);
          FloatPointer first = rows.pointer().getPointer((long) from * rows.width());
          state.takeRows(first, to - from, rows.width());
          for (int chunk = 0; chunk < w.chunks() && !stopped.get(); chunk++) {
            float[] values = state.multiply(w, chunk, bias.pointer());
            Tile tile = new Tile(from, to - from, chunk * CHUNK, w.latentsIn(chunk), values, 0);
            if (!sink.accept(worker, tile)) {
              stopped.set(true);
            }
          }
        });
  }

  @Override
  public void release() {
    if (packed != null) {
      packed.close();
      packed = null;
    }
  }

  /** A sixteenth of the rows, within bounds. */
  static int rowsPerTile(int rows) {
    int part = (rows / 16 + LEAST_ROWS - 1) / LEAST_ROWS * LEAST_ROWS;
    return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, part));
  }

  private PackedWeights pack(HostRows weights, int rows) {
    boolean plain = precision == Precision.FLOAT32 && rows < LEAST_ROWS_TO_PACK;
    if (packed != null && !packed.fits(weights, plain)) {
      packed.close();
      packed = null;
    }
    if (packed == null) {
      packed = new PackedWeights(weights.rows(), weights.width(), precision, plain);
    }
    workers.run(
        packed.chunks(),
        1,
        (worker, from, to) -> packed.fill(from, weights.pointer(), state(worker)));
    return packed;
  }

  private DnnlWorker state(int worker) {
    if (states[worker] == null) {
      states[worker] = new DnnlWorker(precision);
    }
    return states[worker];
  }
}
