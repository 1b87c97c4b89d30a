package io.github.sae4j.train;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.nd4j.Nd4jEngine;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.product.MatrixProduct;
import io.github.sae4j.variant.ParameterLayout;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Converts a transcoder of transformed rows into one of untransformed rows. With {@code x' = s·(x −
 * μ)} and {@code y' = t·(y − ν)}, it computes {@code y' = f·W_dec + x'·W_skip + b_dec}. If codes
 * are homogeneous, the decoder does not change, and codes are multiplied by t⁻¹:
 *
 * <pre>W_enc ← (s/t)·W_enc   b_enc ← (b_enc − s·μ·W_enc)/t   W_skip ← (s/t)·W_skip
 * b_dec ← (b_dec − s·μ·W_skip)/t + ν</pre>
 *
 * <p>Otherwise, codes do not change, and encoder and decoder become {@code s·W_enc} and {@code
 * W_dec/t}.
 */
final class TranscoderFold {
  private TranscoderFold() {}

  /** Changes the weights in place. */
  static SparseAutoencoder fold(
      SparseAutoencoder sae, InputTransform input, InputTransform target) {
    SaeParameters p = sae.parameters();
    double s = input.factor();
    double t = target.factor();
    boolean homogeneous = sae.variant().isHomogeneous();
    double codes = homogeneous ? 1 / t : 1;
    if (input.mean().length > 0) {
      sae.variant().shift(p.weights(), NdTensor.of(meanBy(input, p.wEnc())), new Nd4jEngine());
    }
    p.wEnc().muli(s * codes);
    if (homogeneous) {
      CodeUnits.scale(p, sae.variant(), codes);
    } else {
      p.wDec().divi(t);
    }
    if (p.skips()) {
      INDArray skip = p.get(ParameterLayout.SKIP);
      if (input.mean().length > 0) {
        p.bDec().addi(meanBy(input, skip));
      }
      skip.muli(s / t);
    }
    p.bDec().divi(t);
    target.addMeanTo(p.bDec());
    return new SparseAutoencoder(p, sae.variant());
  }

  /** {@code −s·μ·weights}. */
  private static INDArray meanBy(InputTransform input, INDArray weights) {
    try (INDArray mean = Nd4j.createFromArray(input.mean()).castTo(weights.dataType())) {
      return MatrixProduct.rowTimes(mean, weights).muli(-input.factor());
    }
  }
}
