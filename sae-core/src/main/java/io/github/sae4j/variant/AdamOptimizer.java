package io.github.sae4j.variant;

import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Engine;

/**
 * Applies Adam to an SAE's parameters through the engine, which may compute the gradient,
 * projection, update and renormalisation of a decoder row in one pass. The result equals that of
 * DL4J's updater up to rounding.
 */
public final class AdamOptimizer {
  private final Engine engine;
  private final Weights mean;
  private final Weights variance;
  private final boolean unitNormDecoder;

  /**
   * @param mean Adam's m, updated by every step
   * @param variance Adam's v, updated by every step
   * @param unitNormDecoder whether decoder rows are kept at norm 1 (Bricken et al. 2023, "Towards
   *     Monosemanticity", appendix on training)
   */
  public AdamOptimizer(Engine engine, Weights mean, Weights variance, boolean unitNormDecoder) {
    this.engine = engine;
    this.mean = mean;
    this.variance = variance;
    this.unitNormDecoder = unitNormDecoder;
  }

  /**
   * Updates the parameters by one step, with gradients scaled down if their norm exceeds {@code
   * clipNorm}; 0 turns clipping off.
   */
  public void step(Weights p, SaeGradients gradients, AdamStep unclipped, double clipNorm) {
    AdamStep step =
        clipNorm == 0
            ? unclipped
            : unclipped.clipped(clipNorm, gradients.squaredNorm(engine, p, unitNormDecoder));
    step(p, gradients, step);
  }

  /** Updates the parameters by one step. */
  public void step(Weights p, SaeGradients gradients, AdamStep step) {
    if (gradients.encoder() != null) {
      engine.adam(
          p.encoder(), mean.encoder(), variance.encoder(), gradients.encoder(), step, false);
    }
    engine.adam(
        p.decoder(),
        mean.decoder(),
        variance.decoder(),
        gradients.decoder(),
        step,
        unitNormDecoder);
    engine.adam(p.bEnc(), mean.bEnc(), variance.bEnc(), gradients.bEnc(), step);
    engine.adam(p.bDec(), mean.bDec(), variance.bDec(), gradients.bDec(), step);
    gradients
        .extras()
        .forEach((key, g) -> engine.adam(p.get(key), mean.get(key), variance.get(key), g, step));
  }
}
