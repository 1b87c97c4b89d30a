package io.github.sae4j.layer;

import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.variant.ParameterLayout;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The dictionary whose weights a layer starts with.
 *
 * @param sae a dictionary that does not normalise its input rows
 * @param layout layout of its parameters
 */
record InitialDictionary(SparseAutoencoder sae, ParameterLayout layout) {
  private static final double UNIT = 1e-4; // tolerance within which a norm counts as 1

  /**
   * Returns the initial weights from a dictionary.
   *
   * @throws IllegalArgumentException if the dictionary normalises each row, which a layer does not
   *     do
   */
  static InitialDictionary of(SparseAutoencoder sae) {
    if (sae.rowNorm() != RowNorm.NONE) {
      throw new IllegalArgumentException(
          "an SaeLayer does not normalise its input rows, but the dictionary does: "
              + sae.rowNorm());
    }
    ParameterLayout.Form form = sae.parameters().form();
    return new InitialDictionary(
        sae,
        new ParameterLayout(sae.nIn(), sae.nOut(), sae.nLatents(), form, sae.variant().extras()));
  }

  /**
   * Returns a builder for a layer with the same widths, form and variant that starts with these
   * weights.
   */
  SaeLayer.Builder builder() {
    SaeParameters p = sae.parameters();
    SaeLayer.Builder builder =
        new SaeLayer.Builder()
            .nIn(sae.nIn())
            .nLatents(sae.nLatents())
            .variant(sae.variant())
            .unitNormDecoder(hasUnitRows(p.wDec()));
    builder.form = p.form();
    builder.targetWidth = p.form().isTranscoder() ? sae.nOut() : 0;
    builder.initialOrNull = this;
    return builder;
  }

  private static boolean hasUnitRows(INDArray wDec) {
    try (INDArray norms = wDec.norm2(1)) {
      return Math.abs(norms.minNumber().doubleValue() - 1) < UNIT
          && Math.abs(norms.maxNumber().doubleValue() - 1) < UNIT;
    }
  }

  boolean fits(ParameterLayout other) {
    return layout.equals(other);
  }

  /** Copies the weights, if the layer still has the dictionary's widths. */
  void copyTo(ParameterLayout other, Map<String, INDArray> table) {
    if (!fits(other)) {
      return;
    }
    SaeParameters from = sae.parameters();
    SaeParameters to = FlatParameters.of(layout, table);
    if (!to.isTied()) {
      to.wEnc().assign(from.wEnc());
    }
    to.wDec().assign(from.wDec());
    to.bEnc().assign(from.bEnc());
    to.bDec().assign(from.bDec());
    to.extras().forEach((key, array) -> array.assign(from.get(key)));
  }
}
