package io.github.sae4j.product;

import io.github.sae4j.cpu.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How fast this machine multiplies matrices of float32, as the encoder does.
 *
 * @param library what multiplies, such as {@code oneDNN 3.11.0 (AVX-512 or later)}
 * @param rows rows of the matrix that was multiplied
 * @param terms width of it
 * @param columns width of the result
 * @param threads threads that may take part
 * @param gigaflops billions of additions and multiplications a second, in the fastest of the runs
 */
public record ProductRate(
    String library, int rows, int terms, int columns, int threads, double gigaflops) {
  private static final int ROWS = 1024;
  private static final int TERMS = 768;
  private static final int COLUMNS = 4096;
  private static final int LEAST_RUNS = 2;
  private static final long NANOS = 300_000_000;

  /** Measures for a third of a second; loads ND4J. */
  public static ProductRate measure() {
    INDArray a = Nd4j.ones(DataType.FLOAT, ROWS, TERMS);
    INDArray b = Nd4j.ones(DataType.FLOAT, TERMS, COLUMNS);
    MatrixProduct.of(a, b).close(); // loads libraries and starts threads
    long best = Long.MAX_VALUE;
    long end = System.nanoTime() + NANOS;
    for (int run = 0; run < LEAST_RUNS || System.nanoTime() < end; run++) {
      long start = System.nanoTime();
      INDArray product = MatrixProduct.of(a, b);
      best = Math.min(best, System.nanoTime() - start);
      product.close();
    }
    a.close();
    b.close();
    return new ProductRate(
        nameOfLibrary(),
        ROWS,
        TERMS,
        COLUMNS,
        Workers.shared().count(),
        2.0 * ROWS * TERMS * COLUMNS / best);
  }

  private static String nameOfLibrary() {
    return DnnlLibrary.isAvailable()
        ? DnnlLibrary.description()
        : "ND4J's BLAS (" + Nd4j.factory().blas().getBlasVendor() + ")";
  }
}
