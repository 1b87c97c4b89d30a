package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.FactoredGradient;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of a loss with respect to an SAE's parameters, a sum over the rows of the batch, the
 * two matrices in factors.
 *
 * @param encoder of {@code W_encᵀ}, {@code [nLatents, nIn]}; null with tied weights
 * @param bEnc {@code [nLatents]}
 * @param decoder of W_dec, {@code [nLatents, nOut]}, and with tied weights of both
 * @param bDec {@code [nOut]}
 * @param extras of the variant's own parameters; those that are not learnt are missing
 */
public record SaeGradients(
    FactoredGradient encoder,
    INDArray bEnc,
    FactoredGradient decoder,
    INDArray bDec,
    Map<String, INDArray> extras) {

  /**
   * Writes all down.
   *
   * @param p the parameters whose gradient it is
   * @param out receives them
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
   * The squared norm of all together.
   *
   * @param p the parameters whose gradient it is
   * @param unitNormDecoder whether to leave out the part of each decoder row's along the row, which
   *     {@link AdamOptimizer} takes away
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
   * Frees the arrays that it is made of at once. Off-heap memory would wait for the garbage
   * collector otherwise, which does not see how much there is of it.
   *
   * @param forward the codes of the forward pass, which stay
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

  /** Frees an array where it has memory of its own; null for none. */
  static void close(INDArray array) {
    if (array != null && array.closeable()) {
      array.close();
    }
  }
}
