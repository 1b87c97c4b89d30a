package io.github.sae4j.product;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cpu.GaussianValues;
import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AffineProductTest {
  private static final Workers WORKERS = Workers.shared();

  private static INDArray matrix(int rows, int columns, long seed) {
    return Nd4j.createFromArray(GaussianValues.of(rows * columns, seed))
        .reshape('c', rows, columns);
  }

  private static INDArray run(AffineProduct product, INDArray x, INDArray wEnc, INDArray bEnc) {
    INDArray result = Nd4j.zeros(DataType.FLOAT, x.size(0), wEnc.size(1));
    HostFloats out = HostFloats.of(result);
    product.run(
        x,
        wEnc,
        bEnc,
        (worker, tile) -> {
          for (int r = 0; r < tile.rows(); r++) {
            out.put(
                tile.firstRow() + r,
                tile.firstLatent(),
                tile.values(),
                tile.rowAt(r),
                tile.latents());
          }
          return true;
        });
    return result;
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 5", "63, 16, 1024", "700, 37, 1200", "1100, 8, 2050"})
  void bothLibrariesAgreeWithThePlainSum(int rows, int nIn, int nLatents) {
    assertTrue(DnnlLibrary.isAvailable(), "these tests run where oneDNN does");
    INDArray x = matrix(rows, nIn, 1);
    INDArray wEnc = matrix(nLatents, nIn, 2).transpose();
    INDArray bEnc = matrix(1, nLatents, 3).reshape(nLatents);
    INDArray dnnl = run(new DnnlProduct(WORKERS, Precision.FLOAT32), x, wEnc, bEnc);
    INDArray blas = run(new Nd4jProduct(WORKERS), x, wEnc, bEnc);
    for (int row = 0; row < rows; row += 1 + rows / 7) {
      for (int latent = 0; latent < nLatents; latent += 1 + nLatents / 11) {
        double sum = bEnc.getDouble(latent);
        for (int i = 0; i < nIn; i++) {
          sum += x.getDouble(row, i) * wEnc.getDouble(i, latent);
        }
        assertEquals(sum, dnnl.getDouble(row, latent), 1e-4);
        assertEquals(sum, blas.getDouble(row, latent), 1e-4);
      }
    }
    assertTrue(dnnl.sub(blas).amaxNumber().doubleValue() < 1e-4);
  }

  @Test
  void stopsWhenTheSinkHasEnough() {
    AffineProduct product = AffineProduct.of(WORKERS, Precision.FLOAT32);
    assertInstanceOf(DnnlProduct.class, product);
    AtomicInteger tiles = new AtomicInteger();
    INDArray wEnc = matrix(5000, 4, 2).transpose();
    product.run(
        matrix(4096, 4, 1),
        wEnc,
        Nd4j.zeros(DataType.FLOAT, 5000),
        (worker, tile) -> tiles.incrementAndGet() < 0);
    assertTrue(tiles.get() >= 1 && tiles.get() <= WORKERS.count(), tiles + " tiles came");
  }
}
