package io.github.sae4j.train;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What is done to whole rows in training: {@code s·(x − μ)} to the input and, where the target is
 * another tensor, {@code t·(y − ν)} to the target, each with its own numbers.
 */
final class RowTransform {
  private final RowParts parts;
  private final InputTransform input;
  private final InputTransform target; // the input's where they are one

  private RowTransform(RowParts parts, InputTransform input, InputTransform target) {
    this.parts = parts;
    this.input = input;
    this.target = target;
  }

  /** The transform that does to these rows what is asked for. */
  static RowTransform estimate(
      InputNormalisation kind, RowParts parts, RowSample sample, String description) {
    InputTransform input = InputTransform.estimate(kind, parts.inputs(sample), description);
    InputTransform target =
        parts.apart()
            ? InputTransform.estimate(kind, parts.targets(sample), "the target of " + description)
            : input;
    return new RowTransform(parts, input, target);
  }

  /**
   * The transform of a kind, with numbers that are known.
   *
   * @param mean of whole rows; empty for none
   */
  static RowTransform of(
      InputNormalisation kind, RowParts parts, double factor, double targetFactor, float[] mean) {
    boolean centred = mean.length > 0;
    float[] first = centred ? Arrays.copyOf(mean, parts.input()) : mean;
    InputTransform input = InputTransform.of(kind, factor, first);
    if (!parts.apart()) {
      return new RowTransform(parts, input, input);
    }
    float[] second = centred ? Arrays.copyOfRange(mean, parts.input(), parts.width()) : mean;
    return new RowTransform(parts, input, InputTransform.of(kind, targetFactor, second));
  }

  /** s. */
  double factor() {
    return input.factor();
  }

  /** t; s where input and target are one. */
  double targetFactor() {
    return target.factor();
  }

  /** μ, and ν after it where the target is another tensor; empty for 0. */
  float[] mean() {
    float[] first = input.mean();
    if (!parts.apart() || first.length == 0) {
      return first;
    }
    float[] both = Arrays.copyOf(first, parts.width());
    System.arraycopy(target.mean(), 0, both, parts.input(), parts.target());
    return both;
  }

  /**
   * Changes rows in place.
   *
   * @param values {@code [rows, width]}, row after row
   */
  void apply(float[] values) {
    if (!parts.apart()) {
      input.apply(values, parts.width());
      return;
    }
    input.apply(values, parts.width(), 0, parts.input());
    target.apply(values, parts.width(), parts.input(), parts.target());
  }

  /**
   * Turns an SAE for transformed rows into the one for rows as they are, whose weights it changes
   * in place. A transcoder {@code y' = f·W_dec + x'·W_skip + b_dec} of {@code x' = s·(x − μ)} and
   * {@code y' = t·(y − ν)} keeps its decoder where codes are homogeneous; they become t⁻¹ times
   * those of before:
   *
   * <pre>W_enc ← (s/t)·W_enc   b_enc ← (b_enc − s·μ·W_enc)/t   W_skip ← (s/t)·W_skip
   * b_dec ← (b_dec − s·μ·W_skip)/t + ν</pre>
   *
   * <p>Where not, codes stay, and encoder and decoder become {@code s·W_enc} and {@code W_dec/t}.
   */
  SparseAutoencoder fold(SparseAutoencoder sae) {
    if (!parts.apart()) {
      return input.fold(sae);
    }
    SaeParameters p = sae.parameters();
    double s = factor();
    double t = targetFactor();
    boolean homogeneous = sae.variant().isHomogeneous();
    double codes = homogeneous ? 1 / t : 1;
    if (input.mean().length > 0) {
      sae.variant().shift(p, meanBy(p.wEnc(), s));
    }
    p.bEnc().muli(codes);
    p.wEnc().muli(s * codes);
    if (homogeneous) {
      for (Variant.Extra extra : sae.variant().extras()) {
        if (extra.likeCodes()) {
          p.get(extra.key()).muli(codes);
        }
      }
    } else {
      p.wDec().divi(t);
    }
    if (p.skips()) {
      INDArray skip = p.get(ParameterLayout.SKIP);
      if (input.mean().length > 0) {
        p.bDec().addi(meanBy(skip, s));
      }
      skip.muli(s / t);
    }
    p.bDec().divi(t);
    if (target.mean().length > 0) {
      try (INDArray shift = Nd4j.createFromArray(target.mean()).castTo(p.bDec().dataType())) {
        p.bDec().addi(shift);
      }
    }
    return new SparseAutoencoder(p, sae.variant());
  }

  /** {@code −s·μ·weights}. */
  private INDArray meanBy(INDArray weights, double s) {
    try (INDArray mean = Nd4j.createFromArray(input.mean()).castTo(weights.dataType())) {
      INDArray product = mean.reshape(1, parts.input()).mmul(weights);
      return product.reshape(weights.size(1)).muli(-s);
    }
  }
}
