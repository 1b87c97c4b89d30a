package io.github.sae4j.nd4j;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Codes as arrays of ND4J. */
public final class NdCodes {
  private NdCodes() {}

  /**
   * Returns codes as a c-ordered matrix {@code [rows, nLatents]}; of {@link DenseCodes}, their own.
   */
  public static INDArray matrix(Codes codes) {
    if (codes instanceof DenseCodes dense) {
      return dense.matrix();
    }
    if (codes instanceof SparseCodes sparse) {
      return sparse.isDouble() ? doubles(sparse) : floats(sparse);
    }
    throw new IllegalArgumentException(
        "expected codes of an engine on ND4J, got " + codes.getClass().getName());
  }

  private static INDArray floats(SparseCodes codes) {
    int nLatents = codes.nLatents();
    int[] starts = codes.rowStarts();
    int[] latents = codes.latents();
    float[] values = codes.floats();
    float[] dense = new float[Math.multiplyExact(codes.rows(), nLatents)];
    for (int b = 0; b < codes.rows(); b++) {
      for (int i = starts[b]; i < starts[b + 1]; i++) {
        dense[b * nLatents + latents[i]] = values[i];
      }
    }
    return Nd4j.createFromArray(dense).reshape(codes.rows(), nLatents);
  }

  private static INDArray doubles(SparseCodes codes) {
    int nLatents = codes.nLatents();
    int[] starts = codes.rowStarts();
    int[] latents = codes.latents();
    double[] dense = new double[Math.multiplyExact(codes.rows(), nLatents)];
    for (int b = 0; b < codes.rows(); b++) {
      for (int i = starts[b]; i < starts[b + 1]; i++) {
        dense[b * nLatents + latents[i]] = codes.value(i);
      }
    }
    return Nd4j.createFromArray(dense).reshape(codes.rows(), nLatents);
  }
}
