package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.FactoredGradient;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of a loss with respect to an SAE's parameters, summed over the rows of the batch,
 * with the two matrices in factored form.
 *
 * @param encoder gradient of {@code W_encᵀ}, {@code [nLatents, nIn]}; null with tied weights
 * @param bEnc gradient of b_enc, {@code [nLatents]}
 * @param decoder gradient of W_dec, {@code [nLatents, nOut]}; of both matrices with tied weights
 * @param bDec gradient of b_dec, {@code [nOut]}
 * @param extras gradients of the variant's own parameters; only learnt parameters have one
 */
public record SaeGradients(
    FactoredGradient encoder,
    INDArray bEnc,
    FactoredGradient decoder,
    INDArray bDec,
    Map<String, INDArray> extras) {

  /**
   * Writes out all gradients.
   *
   * @param p the parameters that were differentiated
   * @param out receives the gradients
   */
  public void write(Engine engine, SaeParameters p, SaeParameters out) {
    if (encoder != null) {
      engine.write(encoder, p.wEnc().transpose(), out.wEnc().transpose());
    }
    engine.write(decoder, p.wDec(), out.wDec());
    out.bEnc().assign(bEnc);
    out.bDec().assign(bDec);
    out.extras()
        .forEach(
            (key, array) -> {
              INDArray gradient = extras.get(key);
              if (gradient == null) {
                array.assign(0);
              } else {
                array.assign(gradient);
              }
            });
  }

  /**
   * Returns the squared norm of all gradients together.
   *
   * @param p the parameters that were differentiated
   * @param unitNormDecoder whether to exclude the component along each decoder row, which {@link
   *     AdamOptimizer} removes
   */
  public double squaredNorm(Engine engine, SaeParameters p, boolean unitNormDecoder) {
    double sum =
        engine.squaredNorm(decoder, p.wDec(), unitNormDecoder) + squares(bEnc) + squares(bDec);
    if (encoder != null) {
      sum += engine.squaredNorm(encoder, p.wEnc().transpose(), false);
    }
    return sum + extras.values().stream().mapToDouble(SaeGradients::squares).sum();
  }

  private static double squares(INDArray array) {
    double sum = 0;
    for (double value : array.reshape(array.length()).toDoubleVector()) {
      sum += value * value;
    }
    return sum;
  }

  /**
   * Frees its arrays immediately. Otherwise their off-heap memory would wait for the garbage
   * collector, which cannot see its size.
   *
   * @param forward the codes of the forward pass, which are kept
   */
  public void release(Codes forward) {
    for (FactoredGradient gradient :
        encoder == null ? List.of(decoder) : List.of(encoder, decoder)) {
      for (FactoredGradient.Term term : gradient.terms()) {
        if (term.codes() != forward) {
          term.codes().release();
        }
        close(term.y());
      }
      if (gradient.along() != null) {
        gradient.along().factors().forEach(SaeGradients::close);
      }
    }
    close(bEnc);
    close(bDec);
    extras.values().forEach(SaeGradients::close);
  }

  /** Frees an array if it owns its memory; does nothing for null. */
  static void close(INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }
}
