package io.github.sae4j.variant;

import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.RowGradient;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of a loss with respect to an SAE's parameters, a sum over the rows of the batch, the
 * two matrices in factors.
 *
 * @param encoder of {@code W_encᵀ}, {@code [nLatents, nIn]}; null with tied weights
 * @param bEnc {@code [nLatents]}
 * @param decoder of W_dec, {@code [nLatents, nOut]}, and with tied weights of both
 * @param bDec {@code [nOut]}
 * @param more of the variant's own parameters; those that are not learnt are missing
 */
public record SaeGradients(
    RowGradient encoder,
    INDArray bEnc,
    RowGradient decoder,
    INDArray bDec,
    Map<String, INDArray> more) {

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
    out.more()
        .forEach(
            (key, array) -> {
              INDArray gradient = more.get(key);
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
    return sum + more.values().stream().mapToDouble(SaeGradients::squares).sum();
  }

  private static double squares(INDArray array) {
    double sum = 0;
    for (double value : array.reshape(array.length()).toDoubleVector()) {
      sum += value * value;
    }
    return sum;
  }

  /**
   * Frees the arrays that it is made of at once, but the codes of the forward pass. Off-heap memory
   * would wait for the garbage collector otherwise, which does not see how much there is of it.
   */
  public void release() {
    if (encoder != null) {
      encoder.terms().forEach(term -> term.codes().release());
    }
    Stream.of(encoder, decoder)
        .filter(Objects::nonNull)
        .flatMap(gradient -> gradient.terms().stream())
        .map(RowGradient.Term::y)
        .forEach(SaeGradients::close);
    close(bEnc);
    close(bDec);
  }

  private static void close(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}
