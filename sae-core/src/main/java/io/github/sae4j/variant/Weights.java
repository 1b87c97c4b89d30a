package io.github.sae4j.variant;

import io.github.sae4j.engine.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The arrays of an SAE where an engine works on them, or gradients with the same shapes.
 *
 * @param encoder {@code W_encᵀ}, {@code [nLatents, nIn]}; with tied weights, the decoder
 * @param bEnc encoder bias {@code [nLatents]}
 * @param decoder {@code W_dec}, {@code [nLatents, nOut]}: row i is the direction of latent i
 * @param bDec decoder bias {@code [nOut]}
 * @param extras arrays that only some SAEs have, by {@link Variant.Extra#key}, and {@link
 *     ParameterLayout#SKIP}
 * @param form relation of encoder and decoder
 */
public record Weights(
    Tensor encoder,
    Tensor bEnc,
    Tensor decoder,
    Tensor bDec,
    Map<String, Tensor> extras,
    ParameterLayout.Form form) {

  public Weights {
    extras = Collections.unmodifiableMap(new LinkedHashMap<>(extras));
  }

  public int nIn() {
    return encoder.width();
  }

  public int nOut() {
    return decoder.width();
  }

  public int nLatents() {
    return Math.toIntExact(decoder.rows());
  }

  /** Whether {@code W_enc = W_decᵀ}, sharing one block of memory. */
  public boolean isTied() {
    return form == ParameterLayout.Form.TIED;
  }

  /**
   * Whether the encoder reads {@code x − b_dec}. A transcoder's does not, because its output is not
   * in the space of its input.
   */
  public boolean subtractsDecoderBias() {
    return !form.isTranscoder();
  }

  /** Whether the reconstruction has a linear part {@code x·W_skip}. */
  public boolean skips() {
    return form == ParameterLayout.Form.SKIP_TRANSCODER;
  }

  /**
   * Returns an array that not every SAE has.
   *
   * @throws IllegalArgumentException if this one does not have it
   */
  public Tensor get(String key) {
    return get(extras, key);
  }

  /**
   * Returns an array that not every SAE has.
   *
   * @throws IllegalArgumentException if it is not among {@code extras}
   */
  public static <T> T get(Map<String, T> extras, String key) {
    T array = extras.get(key);
    if (array == null) {
      throw new IllegalArgumentException(
          "these parameters have no '" + key + "', only " + extras.keySet());
    }
    return array;
  }
}
