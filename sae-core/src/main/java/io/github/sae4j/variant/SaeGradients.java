package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Tensor;
import java.util.List;
import java.util.Map;

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
    Tensor bEnc,
    FactoredGradient decoder,
    Tensor bDec,
    Map<String, Tensor> extras) {

  /**
   * Writes out all gradients.
   *
   * @param p the parameters that were differentiated
   * @param out receives the gradients
   */
  public void write(Engine engine, Weights p, Weights out) {
    if (encoder != null) {
      engine.write(encoder, p.encoder(), out.encoder());
    }
    engine.write(decoder, p.decoder(), out.decoder());
    engine.assign(out.bEnc(), bEnc);
    engine.assign(out.bDec(), bDec);
    out.extras()
        .forEach(
            (key, array) -> {
              Tensor gradient = extras.get(key);
              if (gradient == null) {
                engine.fill(array, 0);
              } else {
                engine.assign(array, gradient);
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
  public Later squaredNorm(Engine engine, Weights p, boolean unitNormDecoder) {
    Later sum =
        engine
            .squaredNorm(decoder, p.decoder(), unitNormDecoder)
            .plus(squares(engine, bEnc))
            .plus(squares(engine, bDec));
    if (encoder != null) {
      sum = sum.plus(engine.squaredNorm(encoder, p.encoder(), false));
    }
    return extras.values().stream()
        .map(gradient -> squares(engine, gradient))
        .reduce(Later::plus)
        .map(sum::plus)
        .orElse(sum);
  }

  private static Later squares(Engine engine, Tensor array) {
    return engine.sum(array, EntryRule.SQUARE, Inputs.NONE);
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
        term.y().close();
      }
      if (gradient.along() != null) {
        gradient.along().factors().forEach(tensor -> tensor.close());
      }
    }
    bEnc.close();
    bDec.close();
    extras.values().forEach(tensor -> tensor.close());
  }
}
