package io.github.sae4j;

import io.github.sae4j.cpu.GaussianValues;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.variant.TopK;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntSupplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures what Java arrays cost: times {@code encode(float[][])} and {@code encode(INDArray)} on
 * the same rows, alternating within one process.
 */
public final class ArrayEncodingTurns {
  private static final int ROWS = 4096;
  private static final int K = 32;
  private static final int WARM_UP = 3;
  private static final int TURNS = 15;

  private ArrayEncodingTurns() {}

  /** Prints the median times in milliseconds and their ratio for three dictionaries. */
  public static void main(String[] args) {
    System.out.println("dictionary     INDArray ms  float[][] ms  ratio");
    print(768, 12_288);
    print(384, 8192);
    print(512, 4096);
  }

  private static void print(int nIn, int nLatents) {
    INDArray x = Nd4j.createFromArray(GaussianValues.of(ROWS * nIn, 1)).reshape('c', ROWS, nIn);
    float[][] rows = x.toFloatMatrix();
    SparseAutoencoder sae = dictionary(nIn, nLatents);
    double[][] times = new double[2][TURNS];
    for (int turn = -WARM_UP; turn < TURNS; turn++) {
      double matrix = millitimes(() -> (int) sae.encode(x).activations());
      double arrays = millitimes(() -> sae.encode(rows).size() * K);
      if (turn >= 0) {
        times[0][turn] = matrix;
        times[1][turn] = arrays;
      }
    }
    double matrix = median(times[0]);
    double arrays = median(times[1]);
    System.out.printf(
        Locale.ROOT,
        "%4d -> %,6d  %11.1f  %12.1f  %5.3f%n",
        nIn,
        nLatents,
        matrix,
        arrays,
        arrays / matrix);
    sae.free();
  }

  private static SparseAutoencoder dictionary(int nIn, int nLatents) {
    INDArray wDec =
        Nd4j.createFromArray(GaussianValues.of(nLatents * nIn, 2)).reshape('c', nLatents, nIn);
    NdEngine.forType(DataType.FLOAT).normaliseRows(wDec);
    return new SparseAutoencoder(
        new SaeParameters(
            wDec.dup('c').transpose(),
            Nd4j.zeros(DataType.FLOAT, nLatents),
            wDec,
            Nd4j.zeros(DataType.FLOAT, nIn)),
        new TopK(K, 0, 0));
  }

  private static double millitimes(IntSupplier work) {
    long began = System.nanoTime();
    int activations = work.getAsInt();
    double taken = (System.nanoTime() - began) / 1e6;
    if (activations != ROWS * K) {
      throw new IllegalStateException(
          "%,d activations are missing".formatted(ROWS * K - activations));
    }
    return taken;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
