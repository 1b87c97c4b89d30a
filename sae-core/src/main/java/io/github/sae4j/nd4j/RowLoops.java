package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.LatentOrder;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.SparseCodes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Computes the sparse primitives as loops over rows: each copies the rows it needs from ND4J's
 * memory into cache and works there. Work is divided among workers by rows of the batch, or by
 * latents. {@link MatrixLoops} has the operations without codes. Decoding and {@link
 * #sampledProduct} keep no state between calls; the others must run one at a time.
 */
final class RowLoops {
  private static final int BATCH_ROWS = 32;

  private final Workers workers;
  private final List<float[]> copies = new ArrayList<>();
  private float[] weights = new float[0];

  RowLoops(Workers workers) {
    this.workers = workers;
  }

  /** {@code out = codes·w}. */
  void decode(SparseCodes codes, HostFloats w, HostFloats out) {
    int width = w.width();
    workers.run(
        codes.rows(),
        BATCH_ROWS,
        (worker, from, to) -> {
          float[] sum = new float[width];
          float[] row = new float[width];
          for (int b = from; b < to; b++) {
            Arrays.fill(sum, 0f);
            for (int i = codes.rowStarts()[b]; i < codes.rowStarts()[b + 1]; i++) {
              w.get(codes.latents()[i], row, 0);
              Kernels.INSTANCE.axpy(codes.floats()[i], row, 0, sum, 0, width);
            }
            out.put(b, sum, 0);
          }
        });
  }

  /** {@code y·wᵀ} at the positions of some codes. */
  SparseCodes sampledProduct(HostFloats y, HostFloats w, SparseCodes at) {
    int width = w.width();
    float[] products = new float[(int) at.activations()];
    workers.run(
        at.rows(),
        BATCH_ROWS,
        (worker, from, to) -> {
          float[] yRow = new float[width];
          float[] row = new float[width];
          for (int b = from; b < to; b++) {
            y.get(b, yRow, 0);
            for (int i = at.rowStarts()[b]; i < at.rowStarts()[b + 1]; i++) {
              w.get(at.latents()[i], row, 0);
              products[i] = Kernels.INSTANCE.dot(yRow, 0, row, 0, width);
            }
          }
        });
    return at.withFloats(products);
  }

  /**
   * Combines {@link #decode} and {@link #sampledProduct}. The rows of {@code w} in use are first
   * copied into a Java array, so four can be read side by side; those of a batch row are still in
   * cache for the second use.
   *
   * @param biasOrNull {@code [width]}; null for none
   * @param error receives the error
   * @param latentWeightsOrNull {@code [nLatents]}, added to the products; null for none
   */
  Residual residual(
      SparseCodes codes,
      HostFloats w,
      float[] biasOrNull,
      HostFloats target,
      INDArray error,
      float[] latentWeightsOrNull) {
    int width = w.width();
    float[] weights = heapCopy(w, codes.present());
    HostFloats out = HostFloats.of(error);
    float[] products = new float[(int) codes.activations()];
    double[] squares = new double[codes.rows()];
    workers.run(
        codes.rows(),
        BATCH_ROWS,
        (worker, from, to) -> {
          float[] sum = new float[width];
          float[] goal = new float[width];
          for (int b = from; b < to; b++) {
            Arrays.fill(sum, 0f);
            CodedRow row = new CodedRow(codes, b, width);
            row.decode(weights, sum);
            target.get(b, goal, 0);
            for (int j = 0; j < width; j++) {
              sum[j] = (biasOrNull == null ? sum[j] : sum[j] + biasOrNull[j]) - goal[j];
            }
            row.products(weights, sum, products);
            if (latentWeightsOrNull != null) {
              row.addWeights(latentWeightsOrNull, products);
            }
            squares[b] = Kernels.INSTANCE.dot(sum, 0, sum, 0, width);
            out.put(b, sum, 0);
          }
        });
    double total = 0;
    for (double square : squares) {
      total += square;
    }
    return new Residual(NdTensor.of(error), codes.withFloats(products), Later.of(total));
  }

  /** {@code out = codesᵀ·y}, or {@code out += codesᵀ·y}. */
  void accumulate(SparseCodes codes, HostFloats y, HostFloats out, boolean add) {
    int width = y.width();
    float[] values = heapCopy(y, 0);
    LatentOrder order = codes.latentOrder();
    workers.run(
        out.rows(),
        MatrixLoops.ROWS,
        (worker, from, to) -> {
          float[] sum = new float[width];
          for (int l = from; l < to; l++) {
            if (add) {
              out.get(l, sum, 0);
            } else {
              Arrays.fill(sum, 0f);
            }
            order.addRows(l, codes.floats(), 1f, values, width, sum, 0);
            out.put(l, sum, 0);
          }
        });
  }

  /**
   * Copies all rows to the start of a reused Java array.
   *
   * @param slot distinguishes copies that are needed at the same time, from 0
   */
  float[] heapCopy(HostFloats y, int slot) {
    int length = Math.multiplyExact(y.rows(), y.width());
    while (copies.size() <= slot) {
      copies.add(new float[0]);
    }
    if (copies.get(slot).length < length) {
      copies.set(slot, new float[length]);
    }
    return y.getAll(copies.get(slot), workers);
  }

  /** Copies some rows to their positions in a reused Java array. */
  private float[] heapCopy(HostFloats w, BitSet some) {
    int length = Math.multiplyExact(w.rows(), w.width());
    if (weights.length < length) {
      weights = new float[length];
    }
    workers.run(
        w.rows(),
        MatrixLoops.ROWS,
        (worker, from, to) -> {
          for (int l = some.nextSetBit(from); l >= 0 && l < to; l = some.nextSetBit(l + 1)) {
            w.get(l, weights, l * w.width());
          }
        });
    return weights;
  }
}
