package io.github.sae4j.product;

import io.github.sae4j.cpu.HostRows;
import io.github.sae4j.cpu.Workers;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The product by ND4J's BLAS, for platforms that oneDNN does not run on: rows in tiles over all
 * latents, each multiplied by the BLAS's own threads and then used by all workers. Always in
 * float32.
 */
final class Nd4jProduct implements AffineProduct {
  private static final int TILE_ROWS = 1024;
  private static final int ROWS_PER_PART = 32;

  private final Workers workers;
  private INDArray product;
  private float[] values = new float[0];

  Nd4jProduct(Workers workers) {
    this.workers = workers;
  }

  @Override
  public void run(INDArray x, INDArray wEnc, INDArray bEnc, Sink sink) {
    int rows = (int) x.size(0);
    int nLatents = (int) wEnc.size(1);
    float[] bias = new float[nLatents];
    HostRows.of(bEnc.reshape(1, nLatents)).get(0, bias, 0);
    boolean[] goOn = {true};
    for (int from = 0; from < rows && goOn[0]; from += TILE_ROWS) {
      int first = from;
      int count = Math.min(TILE_ROWS, rows - from);
      FloatPointer result = multiply(x, first, count, wEnc);
      if (values.length < count * nLatents) {
        values = new float[count * nLatents];
      }
      result.get(values, 0, count * nLatents);
      workers.run(
          count,
          ROWS_PER_PART,
          (worker, start, end) -> {
            for (int b = start; b < end; b++) {
              for (int j = 0, at = b * nLatents; j < nLatents; j++) {
                values[at + j] += bias[j];
              }
            }
            Tile tile = new Tile(first + start, end - start, 0, nLatents, values, start * nLatents);
            if (!sink.accept(worker, tile)) {
              goOn[0] = false;
            }
          });
    }
  }

  private FloatPointer multiply(INDArray x, int from, int count, INDArray wEnc) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      if (product == null || product.size(0) != wEnc.size(1) || product.size(1) != count) {
        product = Nd4j.createUninitialized(x.dataType(), new long[] {wEnc.size(1), count}, 'f');
      }
      INDArray part = x.get(NDArrayIndex.interval(from, from + count), NDArrayIndex.all());
      Nd4j.gemm(wEnc.transpose(), part.transpose(), product, false, false, 1.0, 0.0);
      return new FloatPointer(product.data().addressPointer());
    }
  }
}
