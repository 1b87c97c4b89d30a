package io.github.sae4j.variant;

import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.RowGradient;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradient of a loss with respect to an SAE's parameters, a sum over the rows of the batch, the
 * two matrices in factors.
 *
 * @param encoder of {@code W_encᵀ}, {@code [nLatents, nIn]}
 * @param bEnc {@code [nLatents]}
 * @param decoder of W_dec, {@code [nLatents, nIn]}
 * @param bDec {@code [nIn]}
 */
public record SaeGradients(RowGradient encoder, INDArray bEnc, RowGradient decoder, INDArray bDec) {

  /**
   * Writes all down.
   *
   * @param p the parameters whose gradient it is
   * @param out receives them
   */
  public void write(Engine engine, SaeParameters p, SaeParameters out) {
    engine.write(encoder, p.wEnc().transpose(), out.wEnc().transpose());
    engine.write(decoder, p.wDec(), out.wDec());
    out.bEnc().assign(bEnc);
    out.bDec().assign(bDec);
  }

  /**
   * The squared norm of all together.
   *
   * @param p the parameters whose gradient it is
   * @param unitNormDecoder whether to leave out the part of each decoder row's along the row, which
   *     {@link AdamOptimizer} takes away
   */
  public double squaredNorm(Engine engine, SaeParameters p, boolean unitNormDecoder) {
    return engine.squaredNorm(encoder, p.wEnc().transpose(), false)
        + engine.squaredNorm(decoder, p.wDec(), unitNormDecoder)
        + squares(bEnc)
        + squares(bDec);
  }

  private static double squares(INDArray vector) {
    double sum = 0;
    for (double value : vector.toDoubleVector()) {
      sum += value * value;
    }
    return sum;
  }

  /**
   * Frees the arrays that it is made of at once, except the codes that the loss speaks of. Off-heap
   * memory would wait for the garbage collector otherwise, which does not see how much there is of
   * it.
   */
  public void release() {
    Stream.of(encoder, decoder)
        .flatMap(gradient -> gradient.terms().stream())
        .map(RowGradient.Term::y)
        .forEach(SaeGradients::close);
    encoder.terms().forEach(term -> term.codes().release());
    close(bEnc);
    close(bDec);
  }

  private static void close(INDArray array) {
    if (array.closeable()) {
      array.close();
    }
  }
}
