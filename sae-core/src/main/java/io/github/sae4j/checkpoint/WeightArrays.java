package io.github.sae4j.checkpoint;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A dictionary's arrays in the orders used in files. Nothing is copied until it is written. */
final class WeightArrays {
  private final SaeParameters p;

  /**
   * @throws IllegalArgumentException if the weights are not float32
   */
  WeightArrays(SaeParameters p) {
    if (p.wEnc().dataType() != DataType.FLOAT) {
      throw new IllegalArgumentException(
          "files hold float32 weights, but these weights are " + p.wEnc().dataType());
    }
    this.p = p;
  }

  /** {@code [nIn, nLatents]}. */
  FloatTensor wEnc() {
    HostFloats columns = HostFloats.forReading(p.wEnc().transpose());
    return FloatTensor.of(new TransposedRows(columns, p.nIn())::get, p.nIn(), p.nLatents());
  }

  /** {@code [nLatents, nIn]}. */
  FloatTensor wEncTransposed() {
    return FloatTensor.of(HostFloats.forReading(p.wEnc().transpose())::get, p.nLatents(), p.nIn());
  }

  /** {@code [nLatents, nOut]}. */
  FloatTensor wDec() {
    return FloatTensor.of(HostFloats.forReading(p.wDec())::get, p.nLatents(), p.nOut());
  }

  /** {@code [nOut, nLatents]}. */
  FloatTensor wDecTransposed() {
    HostFloats rows = HostFloats.forReading(p.wDec());
    return FloatTensor.of(new TransposedRows(rows, p.nOut())::get, p.nOut(), p.nLatents());
  }

  /** {@code [nIn, nOut]}. */
  FloatTensor skip() {
    INDArray skip = p.get(ParameterLayout.SKIP);
    return FloatTensor.of(HostFloats.forReading(skip)::get, p.nIn(), p.nOut());
  }

  /** {@code [nOut, nIn]}. */
  FloatTensor skipTransposed() {
    HostFloats rows = HostFloats.forReading(p.get(ParameterLayout.SKIP));
    return FloatTensor.of(new TransposedRows(rows, p.nOut())::get, p.nOut(), p.nIn());
  }

  FloatTensor bEnc() {
    return vector(p.bEnc());
  }

  FloatTensor bDec() {
    return vector(p.bDec());
  }

  private static FloatTensor vector(INDArray array) {
    return FloatTensor.of(HostFloats.forReading(array)::get, array.length());
  }

  /**
   * Returns an array that the variant adds, {@code [nLatents]}; a single shared number is repeated.
   */
  FloatTensor extra(Variant.Extra extra) {
    return of(values(extra));
  }

  private float[] values(Variant.Extra extra) {
    float[] values = new float[p.nLatents()];
    INDArray array = p.get(extra.key());
    for (int l = 0; l < values.length; l++) {
      values[l] = array.getFloat(extra.perLatent() ? l : 0);
    }
    return values;
  }

  /** Returns the thresholds of the latents, {@code [nLatents]}: 0 for ReLU. */
  float[] thresholds(Variant variant) {
    for (Variant.Extra extra : variant.extras()) {
      if (extra.key().equals(SaeWeights.THRESHOLD)) {
        return values(extra);
      }
    }
    return new float[p.nLatents()];
  }

  static FloatTensor of(float[] values) {
    return FloatTensor.of(
        (from, dst, at, n) -> System.arraycopy(values, (int) from, dst, at, n), values.length);
  }
}
