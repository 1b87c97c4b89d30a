package io.github.sae4j.dictionary;

import io.github.sae4j.engine.Tensor;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The arrays of an SAE in ND4J's memory, or gradients with the same shapes.
 *
 * @param wEnc encoder {@code [nIn, nLatents]}, f-ordered, so a latent's weights are contiguous;
 *     with tied weights, a transposed view of {@code wDec}
 * @param bEnc encoder bias {@code [nLatents]}
 * @param wDec decoder {@code [nLatents, nOut]}, c-ordered: row i is the direction of latent i
 * @param bDec decoder bias {@code [nOut]}
 * @param extras arrays that only some SAEs have, by {@link Variant.Extra#key}, and {@link
 *     ParameterLayout#SKIP}
 * @param form relation of encoder and decoder
 */
public record SaeParameters(
    INDArray wEnc,
    INDArray bEnc,
    INDArray wDec,
    INDArray bDec,
    Map<String, INDArray> extras,
    ParameterLayout.Form form) {

  public SaeParameters {
    extras = Collections.unmodifiableMap(new LinkedHashMap<>(extras));
    if (wEnc.rank() != 2) {
      throw new IllegalArgumentException("W_enc must be a matrix, got rank " + wEnc.rank());
    }
    requireShape("b_enc", bEnc, wEnc.size(1));
    if (wDec.rank() != 2) {
      throw new IllegalArgumentException("W_dec must be a matrix, got rank " + wDec.rank());
    }
    long nOut = form.isTranscoder() ? wDec.size(1) : wEnc.size(0);
    requireShape("W_dec", wDec, wEnc.size(1), nOut);
    requireShape("b_dec", bDec, nOut);
  }

  /** Creates the parameters of an autoencoder with the four arrays that every variant has. */
  public SaeParameters(INDArray wEnc, INDArray bEnc, INDArray wDec, INDArray bDec) {
    this(wEnc, bEnc, wDec, bDec, Map.of(), ParameterLayout.Form.AUTOENCODER);
  }

  public int nIn() {
    return (int) wEnc.size(0);
  }

  public int nOut() {
    return (int) wDec.size(1);
  }

  public int nLatents() {
    return (int) wEnc.size(1);
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

  /** Returns these arrays as tensors that share their memory. */
  public Weights weights() {
    Map<String, Tensor> more = new LinkedHashMap<>();
    extras.forEach((key, array) -> more.put(key, NdTensor.of(array)));
    return new Weights(
        NdTensor.ofEncoder(wEnc),
        NdTensor.of(bEnc),
        NdTensor.of(wDec),
        NdTensor.of(bDec),
        more,
        form);
  }

  /**
   * Returns an array that not every SAE has.
   *
   * @throws IllegalArgumentException if this one does not have it
   */
  public INDArray get(String key) {
    return Weights.get(extras, key);
  }

  /** Copies all arrays, each in its required order; tied weights are copied once. */
  public SaeParameters copy() {
    Map<String, INDArray> copies = new LinkedHashMap<>();
    extras.forEach((key, array) -> copies.put(key, array.dup()));
    INDArray decoder = wDec.dup('c');
    INDArray encoder = isTied() ? decoder.transpose() : wEnc.dup('f');
    return new SaeParameters(encoder, bEnc.dup(), decoder, bDec.dup(), copies, form);
  }

  /**
   * Gives tied weights an encoder with memory of its own; the other arrays are shared with this
   * object.
   */
  public SaeParameters untied() {
    return isTied()
        ? new SaeParameters(
            wEnc.dup('f'), bEnc, wDec, bDec, extras, ParameterLayout.Form.AUTOENCODER)
        : this;
  }

  private static void requireShape(String name, INDArray array, long... shape) {
    if (!Arrays.equals(array.shape(), shape)) {
      throw new IllegalArgumentException(
          "%s must have shape %s to fit W_enc, got %s"
              .formatted(name, Arrays.toString(shape), Arrays.toString(array.shape())));
    }
  }
}
