package io.github.sae4j.product;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.SharedUse;
import io.github.sae4j.cpu.Workers;
import java.lang.ref.Reference;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes the product with oneDNN. Each worker multiplies its own rows with all weights, one chunk
 * of latents at a time, so a tile stays in its core's cache until it is used and workers never wait
 * for each other. With few rows, reading the weights takes most of the time, so workers divide the
 * weights instead.
 *
 * <p>Weights are packed into the layout that the product needs: frozen weights once, others once
 * per batch, or not at all if there are few rows. A tile's bounds depend only on the batch, so
 * results do not depend on the number of workers.
 *
 * <p>Calls run concurrently, each with its own tiles, except those that pack weights that are not
 * frozen, which share one buffer.
 */
final class DnnlProduct implements AffineProduct {
  /**
   * Maximum number of rows per tile: 256 rows by 1,024 latents are 1 MB, half of a second-level
   * cache.
   */
  static final int MOST_ROWS = 256;

  static final int CHUNK = 1024;
  private static final int LEAST_ROWS = 32;

  /** Up to this many rows, reading weights takes longer than multiplying with them. */
  static final int MOST_ROWS_TO_DIVIDE_WEIGHTS = 16;

  /** With fewer rows, packing costs more than it saves. */
  static final int LEAST_ROWS_TO_PACK = 64;

  /** Maximum number of concurrent calls, each with its own tiles; others wait. */
  private static final int MOST_CALLS = 16;

  private final Workers workers;
  private final Precision precision;
  private final WorkerPool pool;
  private final SharedUse nativeMemory = new SharedUse();
  private final Semaphore calls = new Semaphore(MOST_CALLS, true);
  private final ReentrantLock packing = new ReentrantLock();
  private PackedWeights packed; // of weights that are not frozen; guarded by the lock
  private volatile INDArray frozen;
  private volatile PackedWeights packedOnce;

  DnnlProduct(Workers workers, Precision precision) {
    this.workers = workers;
    this.precision = precision;
    this.pool = new WorkerPool(precision);
  }

  @Override
  public void freeze(INDArray wEnc) {
    nativeMemory.change(
        () -> {
          freePacked();
          frozen = wEnc;
        });
  }

  @Override
  public void run(INDArray x, INDArray wEnc, INDArray bEnc, Sink sink) {
    nativeMemory.use(
        () -> {
          calls.acquireUninterruptibly();
          try {
            multiply(x, wEnc, bEnc, sink);
          } finally {
            calls.release();
            Reference.reachabilityFence(x); // native code does not keep it alive
            Reference.reachabilityFence(wEnc);
            Reference.reachabilityFence(bEnc);
          }
          return null;
        });
  }

  @SuppressWarnings("ReachabilityFenceUsage") // what failed reads no more
  private void multiply(INDArray x, INDArray wEnc, INDArray bEnc, Sink sink) {
    HostFloats rows = HostFloats.forReading(x);
    HostFloats bias = HostFloats.forReading(bEnc.reshape(1, bEnc.length()));
    if (wEnc == frozen) {
      multiply(rows, packOnce(wEnc), bias, sink);
    } else if (precision == Precision.FLOAT32 && rows.rows() < LEAST_ROWS_TO_PACK) {
      HostFloats weights = HostFloats.forReading(wEnc.transpose());
      try (PackedWeights asTheyLie = newWeights(weights, true)) {
        fill(asTheyLie, weights);
        multiply(rows, asTheyLie, bias, sink);
      }
      Reference.reachabilityFence(weights);
    } else {
      packing.lock();
      try {
        multiply(rows, pack(HostFloats.forReading(wEnc.transpose())), bias, sink);
      } finally {
        packing.unlock();
      }
    }
    Reference.reachabilityFence(rows);
    Reference.reachabilityFence(bias);
  }

  private void multiply(HostFloats rows, PackedWeights weights, HostFloats bias, Sink sink) {
    if (rows.rows() <= MOST_ROWS_TO_DIVIDE_WEIGHTS) {
      divideWeights(rows, weights, bias.pointer(), sink);
    } else {
      divideRows(rows, weights, bias.pointer(), sink);
    }
  }

  private void divideWeights(HostFloats rows, PackedWeights weights, FloatPointer bias, Sink sink) {
    int n = rows.rows();
    float[] values = new float[Math.multiplyExact(n, weights.nLatents())];
    workers.run(
        weights.chunks(),
        1,
        (worker, chunk, end) ->
            pool.lend(
                state -> {
                  state.takeRows(rows.pointer(), n, weights);
                  state.multiply(weights, chunk, bias, values);
                }));
    sink.accept(0, new Tile(0, n, 0, weights.nLatents(), values, 0));
  }

  private void divideRows(HostFloats rows, PackedWeights weights, FloatPointer bias, Sink sink) {
    AtomicBoolean stopped = new AtomicBoolean();
    workers.run(
        rows.rows(),
        rowsPerTile(rows.rows()),
        (worker, from, to) ->
            pool.lend(
                state -> {
                  FloatPointer first = rows.pointer().getPointer((long) from * rows.width());
                  state.takeRows(first, to - from, weights);
                  for (int chunk = 0; chunk < weights.chunks() && !stopped.get(); chunk++) {
                    float[] values = state.multiply(weights, chunk, bias);
                    int latents = weights.latentsIn(chunk);
                    Tile tile = new Tile(from, to - from, chunk * CHUNK, latents, values, 0);
                    if (!sink.accept(worker, tile)) {
                      stopped.set(true);
                    }
                  }
                }));
  }

  /** Waits for calls in progress. */
  @Override
  public void release() {
    nativeMemory.change(
        () -> {
          pool.release();
          freePacked();
        });
  }

  private void freePacked() {
    for (PackedWeights weights : new PackedWeights[] {packed, packedOnce}) {
      if (weights != null) {
        weights.close();
      }
    }
    packed = null;
    packedOnce = null;
  }

  /** Returns the height of a tile: a sixteenth of the rows, within bounds. */
  static int rowsPerTile(int rows) {
    int part = (rows / 16 + LEAST_ROWS - 1) / LEAST_ROWS * LEAST_ROWS;
    return Math.max(LEAST_ROWS, Math.min(MOST_ROWS, part));
  }

  /** Returns the frozen weights, which the first caller packs while others wait. */
  private PackedWeights packOnce(INDArray wEnc) {
    if (packedOnce == null) {
      packing.lock();
      try {
        if (packedOnce == null) {
          HostFloats weights = HostFloats.forReading(wEnc.transpose());
          PackedWeights made = newWeights(weights, false);
          fill(made, weights);
          packedOnce = made;
        }
      } finally {
        packing.unlock();
      }
    }
    return packedOnce;
  }

  private PackedWeights pack(HostFloats weights) {
    if (packed != null && !packed.fits(weights)) {
      packed.close();
      packed = null;
    }
    if (packed == null) {
      packed = newWeights(weights, false);
    }
    fill(packed, weights);
    return packed;
  }

  private PackedWeights newWeights(HostFloats weights, boolean plain) {
    if (!DnnlLibrary.multiplies(precision)) {
      throw new IllegalArgumentException(
          "this processor does not support products in bfloat16: choose float32");
    }
    return new PackedWeights(weights.rows(), weights.width(), precision, plain);
  }

  @SuppressWarnings("ReachabilityFenceUsage") // what failed reads no more
  private void fill(PackedWeights to, HostFloats weights) {
    if (to.isPlain()) {
      for (int chunk = 0; chunk < to.chunks(); chunk++) {
        to.view(chunk, weights.pointer());
      }
      return;
    }
    workers.run(
        to.chunks(),
        1,
        (worker, chunk, end) -> pool.lend(state -> to.fill(chunk, weights.pointer(), state)));
    Reference.reachabilityFence(weights);
  }
}
