package io.github.sae4j.product;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Workers;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Computes the product with ND4J's BLAS, for platforms without oneDNN, tile by tile like {@link
 * DnnlProduct}. Always in float32.
 */
final class Nd4jProduct implements AffineProduct {
  private final Workers workers;

  Nd4jProduct(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void run(INDArray x, INDArray wEnc, INDArray bEnc, Sink sink) {
    int rows = (int) x.size(0);
    int nLatents = (int) wEnc.size(1);
    float[] bias = new float[nLatents];
    HostFloats.forReading(bEnc.reshape(1, nLatents)).get(0, bias, 0);
    AtomicBoolean stopped = new AtomicBoolean();
    float[][] tiles = new float[workers.count()][0];
    SingleThreadedBlas.during(
        () ->
            workers.run(
                rows,
                DnnlProduct.rowsPerTile(rows),
                (worker, from, to) -> {
                  INDArray part = x.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
                  for (int first = 0; first < nLatents && !stopped.get(); ) {
                    int end = Math.min(nLatents, first + DnnlProduct.CHUNK);
                    int values = (to - from) * (end - first);
                    if (tiles[worker].length < values) {
                      tiles[worker] = new float[values];
                    }
                    multiply(part, wEnc, bias, first, end, tiles[worker]);
                    Tile tile = new Tile(from, to - from, first, end - first, tiles[worker], 0);
                    if (!sink.accept(worker, tile)) {
                      stopped.set(true);
                    }
                    first = end;
                  }
                }));
  }

  /** Writes the tile of latents {@code [first, end)} to the start of an array. */
  private static void multiply(
      INDArray part, INDArray wEnc, float[] bias, int first, int end, float[] values) {
    int rows = (int) part.size(0);
    int latents = end - first;
    INDArray weights = wEnc.get(NDArrayIndex.all(), NDArrayIndex.interval(first, end));
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray product =
            Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, latents}, 'c')) {
      MatrixProduct.gemm(part, weights, product, false);
      new FloatPointer(product.data().addressPointer()).get(values, 0, rows * latents);
    }
    for (int at = 0; at < rows * latents; at += latents) {
      for (int j = 0; j < latents; j++) {
        values[at + j] += bias[first + j];
      }
    }
  }
}
