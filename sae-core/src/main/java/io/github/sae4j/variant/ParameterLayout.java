package io.github.sae4j.variant;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Where the arrays of an SAE lie in one flat array: W_enc, b_enc, W_dec, b_dec, then those that the
 * variant adds. With tied weights W_enc has no place of its own.
 *
 * @param nIn width of the input
 * @param nOut width of the reconstruction
 * @param nLatents width of the dictionary
 * @param tied whether {@code W_enc = W_decᵀ}
 * @param extras arrays that the variant adds
 */
public record ParameterLayout(
    int nIn, int nOut, int nLatents, boolean tied, List<Variant.Extra> extras) {
  /** Keys have no underscore: DL4J splits {@code layer_key} at one. */
  public static final String W_ENC = "Wenc";

  public static final String B_ENC = "benc";
  public static final String W_DEC = "Wdec";
  public static final String B_DEC = "bdec";

  public ParameterLayout {
    extras = List.copyOf(extras);
    if (tied && nIn != nOut) {
      throw new IllegalArgumentException(
          "tied weights need an output as wide as the input, got %d and %d".formatted(nIn, nOut));
    }
  }

  /** The layout of an autoencoder. */
  public static ParameterLayout of(int nIn, int nLatents, boolean tied, Variant variant) {
    return new ParameterLayout(nIn, nIn, nLatents, tied, variant.extras());
  }

  /** All keys, in the order of their places. */
  public List<String> keys() {
    Stream<String> own = tied ? Stream.of(B_ENC, W_DEC, B_DEC) : Stream.of(W_ENC, B_ENC, W_DEC, B_DEC);
    return Stream.concat(own, extras.stream().map(Variant.Extra::key)).toList();
  }

  /** Number of parameters. */
  public long count() {
    return keys().stream().mapToLong(this::length).sum();
  }

  private long length(String key) {
    return switch (key) {
      case W_ENC -> (long) nIn * nLatents;
      case W_DEC -> (long) nOut * nLatents;
      case B_ENC -> nLatents;
      case B_DEC -> nOut;
      default -> extra(key).length(nLatents);
    };
  }

  private Variant.Extra extra(String key) {
    return extras.stream().filter(e -> e.key().equals(key)).findFirst().orElseThrow();
  }

  /**
   * The arrays within a flat one, under their keys: views.
   *
   * @param flat of {@link #count} numbers, of any shape
   */
  public Map<String, INDArray> cut(INDArray flat) {
    if (flat.length() != count()) {
      throw new IllegalArgumentException(
          "an SAE of nIn %d and nLatents %d has %d parameters, got %d"
              .formatted(nIn, nLatents, count(), flat.length()));
    }
    INDArray all = flat.reshape(flat.length());
    Map<String, INDArray> table = new LinkedHashMap<>();
    long at = 0;
    for (String key : keys()) {
      INDArray part = all.get(NDArrayIndex.interval(at, at + length(key)));
      table.put(
          key,
          switch (key) {
            case W_ENC -> part.reshape('f', nIn, nLatents);
            case W_DEC -> part.reshape('c', nLatents, nOut);
            default -> part;
          });
      at += length(key);
    }
    return table;
  }

  /** The parameters in a table of {@link #cut}. */
  public SaeParameters parameters(Map<String, INDArray> table) {
    Map<String, INDArray> more = new LinkedHashMap<>();
    extras.forEach(extra -> more.put(extra.key(), table.get(extra.key())));
    INDArray wDec = table.get(W_DEC);
    return new SaeParameters(
        tied ? wDec.transpose() : table.get(W_ENC), table.get(B_ENC), wDec, table.get(B_DEC), more);
  }
}
