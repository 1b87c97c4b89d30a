package io.github.sae4j.product;

import io.github.sae4j.cpu.HostRows;
import io.github.sae4j.cpu.Workers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The product by ND4J's BLAS, for platforms that oneDNN does not run on, tile by tile as {@link
 * DnnlProduct} does it. Always in float32.
 */
final class Nd4jProduct implements AffineProduct {
  private final Workers workers;
  private final float[][] tiles; // of the workers

  Nd4jProduct(Workers workers) {
    this.workers = workers;
    this.tiles = new float[workers.count()][0];
  }

  @Override
  public void run(INDArray x, INDArray wEnc, INDArray bEnc, Sink sink) {
    int rows = (int) x.size(0);
    int nLatents = (int) wEnc.size(1);
    float[] bias = new float[nLatents];
    HostRows.of(bEnc.reshape(1, nLatents)).get(0, bias, 0);
    AtomicBoolean stopped = new AtomicBoolean();
    SingleThreadedBlas.during(
        () ->
            workers.run(
                rows,
                DnnlProduct.rowsPerTile(rows),
                (worker, from, to) -> {
                  INDArray part = x.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
                  for (int first = 0; first < nLatents && !stopped.get(); ) {
                    int end = Math.min(nLatents, first + DnnlProduct.CHUNK);
                    float[] values = multiply(worker, part, wEnc, bias, first, end);
                    Tile tile = new Tile(from, to - from, first, end - first, values, 0);
                    if (!sink.accept(worker, tile)) {
                      stopped.set(true);
                    }
                    first = end;
                  }
                }));
  }

  /** The tile of latents {@code [first, end)}, good until the worker's next one. */
  private float[] multiply(
      int worker, INDArray part, INDArray wEnc, float[] bias, int first, int end) {
    int rows = (int) part.size(0);
    int latents = end - first;
    if (tiles[worker].length < rows * latents) {
      tiles[worker] = new float[rows * latents];
    }
    float[] values = tiles[worker];
    INDArray weights = wEnc.get(NDArrayIndex.all(), NDArrayIndex.interval(first, end));
    try (INDArray product =
        Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, latents}, 'c')) {
      MatrixProduct.gemm(part, weights, product, false);
      new FloatPointer(product.data().addressPointer()).get(values, 0, rows * latents);
    }
    for (int at = 0; at < rows * latents; at += latents) {
      for (int j = 0; j < latents; j++) {
        values[at + j] += bias[first + j];
      }
    }
    return values;
  }
}
