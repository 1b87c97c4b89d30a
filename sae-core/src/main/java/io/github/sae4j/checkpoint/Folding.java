package io.github.sae4j.checkpoint;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.nd4j.Nd4jEngine;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.product.MatrixProduct;
import io.github.sae4j.variant.Architecture;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Transforms weights without changing what they reconstruct. */
public final class Folding {
  private static final double UNIT = 1e-5; // how close to 1 a float32 norm counts as 1

  private Folding() {}

  /**
   * Returns a dictionary whose decoder rows have norm 1 and whose codes are {@code n = ‖W_dec,i‖}
   * times as large: divides {@code W_dec} by n and multiplies {@code W_enc}, {@code b_enc},
   * thresholds, {@code b_gate} and {@code b_mag} by n. Zero rows are kept.
   *
   * @throws IllegalArgumentException if latents are selected by size, which this changes (TopK), or
   *     codes do not scale with the encoder (sigmoid), unless all norms are 1
   */
  public static SparseAutoencoder decoderNorms(SparseAutoencoder sae) {
    Variant variant = sae.variant().inUse();
    SaeParameters p = copy(sae.parameters(), sae.variant(), variant);
    try (INDArray norms = p.wDec().norm2(1)) {
      INDArray scale = withoutZeros(norms);
      if (isUnit(scale)) {
        return sae;
      }
      requireFree(variant);
      p.wDec().diviColumnVector(scale);
      p.wEnc().muliRowVector(scale);
      p.bEnc().muli(scale);
      for (Variant.Extra extra : variant.extras()) {
        if (extra.likeCodes()) {
          p.get(extra.key()).muli(scale);
        }
      }
    }
    return new SparseAutoencoder(p, variant, sae.rowNorm());
  }

  /**
   * Converts a dictionary learnt from rows times {@code scale} to one for unscaled rows: {@code
   * W_enc ← W_enc·s}, {@code W_dec ← W_dec/t} and {@code b_dec ← b_dec/t}, with t the scale of the
   * reconstruction. Codes do not change.
   *
   * @throws IllegalArgumentException if rows are normalised individually, or a scale is not
   *     positive
   */
  public static SparseAutoencoder inputScale(
      SparseAutoencoder sae, double scale, double outputScale) {
    if (sae.rowNorm() != RowNorm.NONE) {
      throw new IllegalArgumentException("rows that are normalised individually have no scale");
    }
    if (!(scale > 0 && Double.isFinite(scale) && outputScale > 0 && Double.isFinite(outputScale))) {
      throw new IllegalArgumentException(
          "scales must be positive, got %s and %s".formatted(scale, outputScale));
    }
    SaeParameters p = sae.parameters().untied().copy();
    p.wEnc().muli(scale);
    p.wDec().divi(outputScale);
    p.bDec().divi(outputScale);
    if (p.skips()) {
      p.get(ParameterLayout.SKIP).muli(scale / outputScale);
    }
    return new SparseAutoencoder(p, sae.variant(), sae.rowNorm());
  }

  /** Returns the norms to divide by; 1 for zero rows. */
  static INDArray withoutZeros(INDArray norms) {
    float[] n = norms.toFloatVector();
    for (int l = 0; l < n.length; l++) {
      n[l] = n[l] == 0 ? 1 : n[l];
    }
    return Nd4j.createFromArray(n);
  }

  private static boolean isUnit(INDArray norms) {
    for (float norm : norms.toFloatVector()) {
      if (Math.abs(norm - 1) >= UNIT) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns weights, for writing to a file, whose encoder does not subtract b_dec: {@code b_enc ←
   * b_enc − b_dec·W_enc}. For transcoders, returns the weights themselves.
   */
  static SaeParameters uncentred(SaeParameters p, Variant variant) {
    if (!p.subtractsDecoderBias()) {
      return p;
    }
    SaeParameters shifted = p.untied().copy();
    INDArray shift = MatrixProduct.rowTimes(p.bDec(), p.wEnc());
    variant.shift(shifted.weights(), NdTensor.of(shift.negi()), new Nd4jEngine());
    return shifted;
  }

  private static SaeParameters copy(SaeParameters p, Variant from, Variant to) {
    SaeParameters copy = p.untied().copy();
    if (from.extras().equals(to.extras())) {
      return copy;
    }
    Map<String, INDArray> more = new LinkedHashMap<>(copy.extras());
    float[] thresholds = new WeightArrays(p).thresholds(from);
    more.put(SaeWeights.THRESHOLD, Nd4j.createFromArray(thresholds));
    return new SaeParameters(copy.wEnc(), copy.bEnc(), copy.wDec(), copy.bDec(), more, copy.form());
  }

  private static void requireFree(Variant variant) {
    Architecture architecture = variant.architecture();
    if (!architecture.isFoldable()) {
      throw new IllegalArgumentException(
          "decoder norms cannot be folded into %s: it would choose other latents"
              .formatted(architecture.label()));
    }
  }
}
