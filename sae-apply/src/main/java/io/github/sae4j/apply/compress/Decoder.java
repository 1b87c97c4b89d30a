package io.github.sae4j.apply.compress;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.Sha256;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * An SAE's decoder in Java's float32 arithmetic, {@code x̂ = b_dec + Σ f_j·W_dec[j]}: sums run in
 * the order in which a file lists the latents, so every machine gets the same bits. Thread-safe.
 */
final class Decoder {
  private static final int ROWS_AT_A_TIME = 1024;

  private final float[][] directions; // [nLatents][nIn]
  private final float[] bias;
  private final RowNorm rowNorm;
  private final String checksum;

  private Decoder(float[][] directions, float[] bias, RowNorm rowNorm) {
    this.directions = directions;
    this.bias = bias;
    this.rowNorm = rowNorm;
    this.checksum = sha256();
  }

  /**
   * Copies a decoder.
   *
   * @throws IllegalArgumentException if the SAE is a transcoder, or too large for the format
   */
  static Decoder of(SparseAutoencoder sae) {
    SaeParameters parameters = sae.parameters();
    if (parameters.form().isTranscoder()) {
      throw new IllegalArgumentException(
          "a transcoder cannot compress its input, because it reconstructs another tensor");
    }
    if (sae.nLatents() > Limits.LATENTS || sae.nIn() > Limits.BLOCK_VALUES) {
      throw new IllegalArgumentException(
          "an SAE of %,d -> %,d is too large for a .saez file, which holds rows of at most %,d values and %,d latents"
              .formatted(sae.nIn(), sae.nLatents(), Limits.BLOCK_VALUES, Limits.LATENTS));
    }
    return new Decoder(rows(parameters.wDec()), floats(parameters.bDec()), sae.rowNorm());
  }

  private static float[][] rows(INDArray matrix) {
    int rows = (int) matrix.size(0);
    int width = (int) matrix.size(1);
    float[][] copy = new float[rows][];
    for (int from = 0; from < rows; from += ROWS_AT_A_TIME) {
      int to = Math.min(rows, from + ROWS_AT_A_TIME);
      float[] part = floats(matrix.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()));
      for (int row = from; row < to; row++) {
        copy[row] = Arrays.copyOfRange(part, (row - from) * width, (row - from + 1) * width);
      }
    }
    return copy;
  }

  private static float[] floats(INDArray array) {
    try (INDArray copy = array.castTo(DataType.FLOAT).dup('c')) {
      return copy.data().asFloat();
    }
  }

  private String sha256() {
    Sha256 sha = new Sha256().add(nIn(), nLatents(), rowNorm == RowNorm.NONE ? 0 : 1).add(bias);
    for (float[] direction : directions) {
      sha.add(direction);
    }
    return sha.hex();
  }

  int nIn() {
    return bias.length;
  }

  int nLatents() {
    return directions.length;
  }

  RowNorm rowNorm() {
    return rowNorm;
  }

  /** Returns the SHA-256 of all that determines reconstructions, in hexadecimal. */
  String checksum() {
    return checksum;
  }

  /**
   * Reconstructs a row.
   *
   * @param latents active latents in the order of the file; entries {@code [from, to)} are the
   *     row's
   */
  void decode(int[] latents, float[] values, int from, int to, float[] dst, int at) {
    int width = bias.length;
    System.arraycopy(bias, 0, dst, at, width);
    for (int i = from; i < to; i++) {
      float value = values[i];
      float[] direction = directions[latents[i]];
      for (int j = 0; j < width; j++) {
        dst[at + j] += value * direction[j];
      }
    }
  }

  /** Undoes a layer norm in a reconstructed row: {@code x̂·σ + μ}. */
  static void undoNorm(float[] dst, int at, int width, float mean, float deviation) {
    for (int j = at; j < at + width; j++) {
      dst[j] = dst[j] * deviation + mean;
    }
  }
}
