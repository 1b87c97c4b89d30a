package io.github.sae4j.train;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.Variant;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The transform of activations in training, with values estimated from a sample of rows: {@code
 * s·(x − μ)}, or a normalisation of each row.
 */
final class InputTransform {
  private final double factor;
  private final float[] mean;
  private final RowNorm rows;

  private InputTransform(double factor, float[] mean, RowNorm rows) {
    if (!(factor > 0 && Double.isFinite(factor))) {
      throw new IllegalArgumentException("an input scale must be positive, got " + factor);
    }
    this.factor = factor;
    this.mean = mean;
    this.rows = rows;
  }

  /** Returns s. */
  double factor() {
    return factor;
  }

  /** Returns μ, {@code [nIn]}; empty for 0. */
  float[] mean() {
    return mean;
  }

  /** Returns the normalisation applied to each row first. */
  RowNorm rows() {
    return rows;
  }

  /** Returns the transform of a kind, with known values. */
  static InputTransform of(InputNormalisation kind, double factor, float[] mean) {
    boolean layerNorm = kind == InputNormalisation.LAYER_NORM;
    return new InputTransform(factor, mean, layerNorm ? RowNorm.LAYER_NORM : RowNorm.NONE);
  }

  /** Returns this transform followed by a scaling. */
  InputTransform scaledBy(double fraction) {
    return fraction == 1 ? this : new InputTransform((float) (factor * fraction), mean, rows);
  }

  /**
   * Estimates the transform of a kind from rows.
   *
   * @param description description of the source, for messages
   * @throws IllegalArgumentException if the rows are all zero, all equal, or not all finite
   */
  static InputTransform estimate(InputNormalisation kind, RowSample sample, String description) {
    if (!Double.isFinite(squares(sample, new float[0]))) {
      throw new IllegalArgumentException(description + " contains values that are not finite");
    }
    sample.requireVarying(description);
    float[] mean = kind.centres() ? mean(sample) : new float[0];
    double factor =
        switch (kind) {
          case NONE, CENTRE, LAYER_NORM -> 1;
          case AUTO -> throw new IllegalStateException("the rows have not been sampled yet");
          case UNIT, CENTRE_UNIT -> Math.sqrt(sample.rows() / squares(sample, mean));
          case ROOT_WIDTH -> Math.sqrt(sample.width()) * sample.rows() / norms(sample);
        };
    return of(kind, (float) factor, mean);
  }

  private static float[] mean(RowSample sample) {
    double[] mean = GeometricMedian.mean(sample);
    float[] rounded = new float[mean.length];
    for (int j = 0; j < mean.length; j++) {
      rounded[j] = (float) mean[j];
    }
    return rounded;
  }

  /** {@code Σ ‖x − μ‖²}. */
  private static double squares(RowSample sample, float[] mean) {
    double sum = 0;
    float[] values = sample.values();
    for (int i = 0; i < values.length; i++) {
      double d = mean.length == 0 ? values[i] : values[i] - mean[i % mean.length];
      sum += d * d;
    }
    return sum;
  }

  /** {@code Σ ‖x‖}. */
  private static double norms(RowSample sample) {
    double sum = 0;
    int width = sample.width();
    for (int at = 0; at < sample.values().length; at += width) {
      double squares = 0;
      for (int j = 0; j < width; j++) {
        squares += (double) sample.values()[at + j] * sample.values()[at + j];
      }
      sum += Math.sqrt(squares);
    }
    return sum;
  }

  /**
   * Transforms rows in place.
   *
   * @param values {@code [rows, width]}, row after row
   */
  void apply(float[] values, int width) {
    rows.apply(values, width);
    scale(values, width, 0, width);
  }

  /**
   * Transforms some columns of rows in place.
   *
   * @param values {@code [rows, width]}, row after row
   * @param from the first column
   * @param count number of columns
   */
  void apply(float[] values, int width, int from, int count) {
    if (rows != RowNorm.NONE) {
      throw new IllegalStateException(rows + " cannot be applied to parts of rows");
    }
    scale(values, width, from, count);
  }

  private void scale(float[] values, int width, int from, int count) {
    float s = (float) factor;
    if (mean.length == 0 && s == 1f) {
      return;
    }
    for (int at = from; at < values.length; at += width) {
      for (int j = 0; j < count; j++) {
        float value = values[at + j];
        values[at + j] = s * (mean.length > 0 ? value - mean[j] : value);
      }
    }
  }

  /**
   * Converts an SAE for transformed activations into an equivalent one for untransformed
   * activations, changing its weights in place: {@code encode(x)} is s⁻¹ times its former code of
   * {@code s·(x − μ)} (the same code for sigmoid), and reconstructions are s⁻¹ times the former
   * ones, plus μ. A normalisation of each row becomes part of the result.
   *
   * <p>Where codes are positively homogeneous ({@link Variant#isHomogeneous}), dividing biases and
   * thresholds is enough, and decoder rows keep their norm. Otherwise (sigmoid, tanh), the encoder
   * absorbs the scale and the decoder reverses it. The mean goes into b_dec, which the encoder
   * subtracts. A penalty λ still refers to transformed inputs.
   */
  SparseAutoencoder fold(SparseAutoencoder sae) {
    SaeParameters p = sae.parameters();
    if (!sae.variant().isHomogeneous()) {
      p = p.untied();
      p.wEnc().muli(factor);
      p.wDec().divi(factor);
    } else {
      p.bEnc().divi(factor);
      for (Variant.Extra extra : sae.variant().extras()) {
        if (extra.likeCodes()) {
          p.get(extra.key()).divi(factor);
        }
      }
    }
    p.bDec().divi(factor);
    addMeanTo(p.bDec());
    return new SparseAutoencoder(p, sae.variant(), rows);
  }

  /** Adds μ to biases, {@code [width]}, in place. */
  void addMeanTo(INDArray biases) {
    if (mean.length > 0) {
      try (INDArray shift = Nd4j.createFromArray(mean).castTo(biases.dataType())) {
        biases.addi(shift);
      }
    }
  }
}
