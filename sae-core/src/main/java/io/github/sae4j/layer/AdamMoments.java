package io.github.sae4j.layer;

import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Adam's state for the parameters of one {@link SaeLayer}, in the order used by DL4J's updater: all
 * means, then all variances, each in parameter order.
 */
public final class AdamMoments {
  private final INDArray state;

  private AdamMoments(INDArray state) {
    this.state = state;
  }

  /** Returns the state before the first step. */
  public static AdamMoments zeros(DataType type, long parameters) {
    return new AdamMoments(Nd4j.zeros(type, 2 * parameters));
  }

  /** Returns all values, {@code [2 · parameters]}; writing to them changes the state. */
  public INDArray flat() {
    return state;
  }

  SaeParameters mean(SaeLayer layer) {
    return half(layer, 0);
  }

  SaeParameters variance(SaeLayer layer) {
    return half(layer, state.length() / 2);
  }

  private SaeParameters half(SaeLayer layer, long from) {
    INDArray part = state.get(NDArrayIndex.interval(from, from + state.length() / 2));
    return FlatParameters.of(layer.layout(), FlatParameters.cut(layer.layout(), part));
  }
}
