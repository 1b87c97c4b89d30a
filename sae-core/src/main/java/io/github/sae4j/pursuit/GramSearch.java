package io.github.sae4j.pursuit;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.cpu.Workers;
import io.github.sae4j.nd4j.NdEngine;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Searches row by row with the precomputed products {@code G = D·Dᵀ} of all directions (Rubinstein,
 * Zibulevsky and Elad 2008, "Efficient implementation of the K-SVD algorithm using batch orthogonal
 * matching pursuit"). The products of the residual with all directions are {@code D·r = D·x − Σ
 * aᵢ·G[i]}, of which only {@code D·x} needs the encoder's dense product. The rows of G needed by a
 * row's support stay in the core's cache from step to step. Computes in float on the host.
 */
final class GramSearch implements Search {
  /** The size of G for 16,384 latents. */
  private static final long MOST_BYTES = 1L << 30;

  private static final int BLOCK = 1024;
  private static final int ROWS = 8;

  private final Pursuit pursuit;
  private final Directions directions;
  private final NdEngine engine;
  private final Workers workers = Workers.shared();
  private final int n;
  private final float[] gram;

  GramSearch(Pursuit pursuit, Directions directions, NdEngine engine) {
    this.pursuit = pursuit;
    this.directions = directions;
    this.engine = engine;
    this.n = directions.count();
    this.gram = new float[Math.multiplyExact(n, n)];
    for (int from = 0; from < n; from += BLOCK) {
      int first = from;
      int count = Math.min(n - from, BLOCK);
      INDArray block =
          directions.unit().get(NDArrayIndex.interval(from, from + count), NDArrayIndex.all());
      try (INDArray products = directions.products(block, engine)) {
        HostFloats rows = HostFloats.forReading(products);
        workers.run(count, 1, (worker, i, end) -> rows.get(i, gram, (first + i) * n));
      }
    }
  }

  /** Returns whether G fits in half of the heap, is not too large, and products are accessible. */
  static boolean suits(Directions directions) {
    long bytes = gramBytes(directions.count());
    return directions.dataType() == DataType.FLOAT
        && HostFloats.areInReach()
        && bytes <= MOST_BYTES
        && bytes <= Runtime.getRuntime().maxMemory() / 2;
  }

  static long gramBytes(long latents) {
    return latents * latents * Float.BYTES;
  }

  /** Returns the heap needed for a dictionary, in bytes. */
  static long wantedBytes(long latents) {
    long bytes = gramBytes(latents);
    return bytes <= MOST_BYTES ? bytes : 0;
  }

  @Override
  public void run(INDArray x, RowCode[] rows) {
    try (INDArray products = directions.products(x, engine)) {
      HostFloats first = HostFloats.forReading(products);
      workers.run(
          rows.length,
          ROWS,
          (worker, from, to) -> {
            float[] ofRow = new float[n];
            float[] ofResidual = new float[n];
            int[] places = new int[n];
            for (int b = from; b < to; b++) {
              first.get(b, ofRow, 0);
              search(rows[b], ofRow, ofResidual, places);
            }
          });
    }
  }

  /**
   * @param ofRow {@code D·x}
   * @param ofResidual scratch memory for {@code D·r}
   */
  private void search(RowCode row, float[] ofRow, float[] ofResidual, int[] places) {
    System.arraycopy(ofRow, 0, ofResidual, 0, n);
    for (int step = 0; step < pursuit.k(); step++) {
      int latent = pursuit.signed() ? largest(ofResidual) : highest(ofResidual, places);
      float along = ofResidual[latent];
      if ((along < 0 && !pursuit.signed()) || !row.gainsFrom(along)) {
        return;
      }
      row.accept(latent, along, ofRow[latent], dots(row, latent));
      System.arraycopy(ofRow, 0, ofResidual, 0, n);
      subtract(row, ofResidual);
    }
  }

  private int highest(float[] values, int[] places) {
    float highest = Kernels.INSTANCE.largest(values, 0, n);
    Kernels.INSTANCE.above(values, 0, n, Math.nextDown(highest), places);
    return places[0];
  }

  private static int largest(float[] values) {
    int at = 0;
    for (int i = 1; i < values.length; i++) {
      if (Math.abs(values[i]) > Math.abs(values[at])) {
        at = i;
      }
    }
    return at;
  }

  private double[] dots(RowCode row, int latent) {
    double[] dots = new double[row.size()];
    for (int i = 0; i < dots.length; i++) {
      dots[i] = gram[latent * n + row.latent(i)];
    }
    return dots;
  }

  /** Computes {@code from −= Σ aᵢ·G[i]}. */
  private void subtract(RowCode row, float[] from) {
    int i = 0;
    for (; i + 4 <= row.size(); i += 4) {
      Kernels.INSTANCE.axpy4(
          (float) -row.coefficient(i),
          row.latent(i) * n,
          (float) -row.coefficient(i + 1),
          row.latent(i + 1) * n,
          (float) -row.coefficient(i + 2),
          row.latent(i + 2) * n,
          (float) -row.coefficient(i + 3),
          row.latent(i + 3) * n,
          gram,
          from,
          0,
          n);
    }
    for (; i < row.size(); i++) {
      Kernels.INSTANCE.axpy((float) -row.coefficient(i), gram, row.latent(i) * n, from, 0, n);
    }
  }
}
