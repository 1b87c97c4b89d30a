package io.github.sae4j.pursuit;

import io.github.sae4j.cpu.HostRows;
import io.github.sae4j.cpu.Kernels;
import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.NotFiniteException;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Row by row, with all products of directions at hand. */
final class GramSearch implements Search {
  private static final int BLOCK = 256;

  private final Pursuit pursuit;
  private final Directions directions;
  private final Engine engine;
  private final Workers workers = Workers.shared();
  private final float[] gram;

  GramSearch(Pursuit pursuit, Directions directions, Engine engine) {
    this.pursuit = pursuit;
    this.directions = directions;
    this.engine = engine;
    int n = directions.count();
    this.gram = new float[n * n];
    for (int from = 0; from < n; from += 1024) {
      int to = Math.min(n, from + 1024);
      INDArray some = directions.unit().get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
      try (INDArray products = engine.affine(some, directions.encoder(), directions.zeros())) {
        HostRows rows = HostRows.of(products);
        for (int i = from; i < to; i++) {
          rows.get(i - from, gram, i * n);
        }
      }
    }
  }

  @Override
  public void run(INDArray x, RowCode[] rows, double[] least) {
    try (INDArray products = engine.affine(x, directions.encoder(), directions.zeros())) {
      HostRows first = HostRows.of(products);
      workers.run(
          rows.length,
          8,
          (worker, from, to) -> {
            float[] targets = new float[directions.count()];
            float[] along = new float[targets.length];
            for (int b = from; b < to; b++) {
              first.get(b, targets, 0);
              search(rows[b], b, targets, along, least[b]);
            }
          });
    }
  }

  private void search(RowCode row, int b, float[] targets, float[] along, double least) {
    int n = along.length;
    System.arraycopy(targets, 0, along, 0, n);
    int[] places = new int[n];
    for (int step = 0; step < pursuit.k(); step++) {
      float largest = Kernels.INSTANCE.largest(along, 0, n);
      if (Float.isNaN(largest)) {
        throw new NotFiniteException(b, 0);
      }
      if (largest <= least) {
        return;
      }
      Kernels.INSTANCE.above(along, 0, n, Math.nextDown(largest), places);
      int latent = places[0];
      if (pursuit.kind() == Pursuit.Kind.MATCHING) {
        row.accept(latent, largest, 0, null);
        Kernels.INSTANCE.axpy(-largest, gram, latent * n, along, 0, n);
      } else {
        double[] dots = new double[row.size()];
        for (int i = 0; i < dots.length; i++) {
          dots[i] = gram[latent * n + row.latent(i)];
        }
        row.accept(latent, largest, targets[latent], dots);
        if (row.finished()) {
          return;
        }
        System.arraycopy(targets, 0, along, 0, n);
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
              along,
              0,
              n);
        }
        for (; i < row.size(); i++) {
          Kernels.INSTANCE.axpy((float) -row.coefficient(i), gram, row.latent(i) * n, along, 0, n);
        }
      }
    }
  }
}
