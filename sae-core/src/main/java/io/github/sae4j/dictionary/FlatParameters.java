package io.github.sae4j.dictionary;

import io.github.sae4j.variant.ParameterLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The arrays of an SAE as views of one flat array, in the order of a {@link ParameterLayout}. */
public final class FlatParameters {
  private FlatParameters() {}

  /**
   * Returns views of the arrays within a flat array, by key.
   *
   * @param flat array of {@link ParameterLayout#count} numbers, of any shape
   */
  public static Map<String, INDArray> cut(ParameterLayout layout, INDArray flat) {
    if (flat.length() != layout.count()) {
      throw new IllegalArgumentException(
          "an SAE of nIn %d and nLatents %d has %d parameters, got %d"
              .formatted(layout.nIn(), layout.nLatents(), layout.count(), flat.length()));
    }
    INDArray all = flat.reshape(flat.length());
    Map<String, INDArray> table = new LinkedHashMap<>();
    long at = 0;
    for (String key : layout.keys()) {
      long end = at + layout.length(key);
      INDArray part = all.get(NDArrayIndex.interval(at, end));
      table.put(
          key,
          switch (key) {
            case ParameterLayout.W_ENC -> part.reshape('f', layout.nIn(), layout.nLatents());
            case ParameterLayout.W_DEC -> part.reshape('c', layout.nLatents(), layout.nOut());
            case ParameterLayout.SKIP -> part.reshape('c', layout.nIn(), layout.nOut());
            default -> part;
          });
      at = end;
    }
    return table;
  }

  /** Returns the parameters in a map returned by {@link #cut}. */
  public static SaeParameters of(ParameterLayout layout, Map<String, INDArray> table) {
    Map<String, INDArray> more = new LinkedHashMap<>();
    if (layout.form() == ParameterLayout.Form.SKIP_TRANSCODER) {
      more.put(ParameterLayout.SKIP, table.get(ParameterLayout.SKIP));
    }
    layout.extras().forEach(extra -> more.put(extra.key(), table.get(extra.key())));
    INDArray wDec = table.get(ParameterLayout.W_DEC);
    return new SaeParameters(
        layout.form() == ParameterLayout.Form.TIED
            ? wDec.transpose()
            : table.get(ParameterLayout.W_ENC),
        table.get(ParameterLayout.B_ENC),
        wDec,
        table.get(ParameterLayout.B_DEC),
        more,
        layout.form());
  }
}
