package io.github.sae4j.variant;

import java.util.ArrayList;
import java.util.List;

/**
 * Layout of an SAE's arrays within one flat array: W_enc, b_enc, W_dec, b_dec, then W_skip and the
 * arrays that the variant adds. With tied weights, W_enc takes no space of its own.
 *
 * @param nIn width of the input
 * @param nOut width of the reconstruction
 * @param nLatents width of the dictionary
 * @param form relation of encoder and decoder
 * @param extras arrays that the variant adds
 */
public record ParameterLayout(
    int nIn, int nOut, int nLatents, Form form, List<Variant.Extra> extras) {
  /**
   * Keys have no underscore, because DL4J splits {@code layer_key} at it. Keys of matrices end in
   * W, because DL4J's training UI treats only those as weights.
   */
  public static final String W_ENC = "encW";

  public static final String B_ENC = "encb";
  public static final String W_DEC = "decW";
  public static final String B_DEC = "decb";

  /** W_skip, {@code [nIn, nOut]}. */
  public static final String SKIP = "skipW";

  /** Relation of encoder and decoder. */
  public enum Form {
    /** The input is also the target; the encoder reads {@code x − b_dec}. */
    AUTOENCODER,
    /** An autoencoder with {@code W_enc = W_decᵀ}. */
    TIED,
    /**
     * The output is a different tensor from the input (Dunefsky et al. 2024, "Transcoders find
     * interpretable LLM feature circuits", arXiv 2406.11944).
     */
    TRANSCODER,
    /**
     * A transcoder with a linear part: {@code ŷ = f·W_dec + x·W_skip + b_dec} (Paulo et al. 2025,
     * "Transcoders beat sparse autoencoders for interpretability", arXiv 2501.18823).
     */
    SKIP_TRANSCODER;

    /** Returns whether input and output are different tensors. */
    public boolean isTranscoder() {
      return this == TRANSCODER || this == SKIP_TRANSCODER;
    }
  }

  public ParameterLayout {
    extras = List.copyOf(extras);
    if (!form.isTranscoder() && nIn != nOut) {
      throw new IllegalArgumentException(
          "an autoencoder's output must be as wide as its input, got %d and %d"
              .formatted(nIn, nOut));
    }
  }

  /** Returns the layout of an autoencoder. */
  public static ParameterLayout of(int nIn, int nLatents, Variant variant) {
    return new ParameterLayout(nIn, nIn, nLatents, Form.AUTOENCODER, variant.extras());
  }

  /** Returns all keys, in layout order. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    if (form != Form.TIED) {
      keys.add(W_ENC);
    }
    keys.addAll(List.of(B_ENC, W_DEC, B_DEC));
    if (form == Form.SKIP_TRANSCODER) {
      keys.add(SKIP);
    }
    extras.forEach(extra -> keys.add(extra.key()));
    return keys;
  }

  /** Returns the number of parameters. */
  public long count() {
    return keys().stream().mapToLong(this::length).sum();
  }

  /** Returns the number of values of an array. */
  public long length(String key) {
    return switch (key) {
      case W_ENC -> (long) nIn * nLatents;
      case W_DEC -> (long) nOut * nLatents;
      case SKIP -> (long) nIn * nOut;
      case B_ENC -> nLatents;
      case B_DEC -> nOut;
      default -> extra(key).length(nLatents);
    };
  }

  private Variant.Extra extra(String key) {
    return extras.stream().filter(e -> e.key().equals(key)).findFirst().orElseThrow();
  }
}
