package io.github.sae4j.variant;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The four arrays of an SAE, or gradients of their shapes.
 *
 * @param wEnc encoder {@code [nIn, nLatents]}, f-ordered: a latent's weights lie side by side
 * @param bEnc encoder bias {@code [nLatents]}
 * @param wDec decoder {@code [nLatents, nIn]}, c-ordered: row i is the direction of latent i
 * @param bDec decoder bias {@code [nIn]}, subtracted from the input as well
 */
public record SaeParameters(INDArray wEnc, INDArray bEnc, INDArray wDec, INDArray bDec) {

  public SaeParameters {
    if (wEnc.rank() != 2) {
      throw new IllegalArgumentException("W_enc must be a matrix, got rank " + wEnc.rank());
    }
    requireShape("b_enc", bEnc, wEnc.size(1));
    requireShape("W_dec", wDec, wEnc.size(1), wEnc.size(0));
    requireShape("b_dec", bDec, wEnc.size(0));
  }

  /** Number of parameters of an SAE of this shape. */
  public static long count(long nIn, long nLatents) {
    return 2 * nIn * nLatents + nIn + nLatents;
  }

  public int nIn() {
    return (int) wEnc.size(0);
  }

  public int nLatents() {
    return (int) wEnc.size(1);
  }

  private static void requireShape(String name, INDArray array, long... shape) {
    if (!Arrays.equals(array.shape(), shape)) {
      throw new IllegalArgumentException(
          "%s must have shape %s to fit W_enc, got %s"
              .formatted(name, Arrays.toString(shape), Arrays.toString(array.shape())));
    }
  }
}
