package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Ghost gradients: dead latents, with {@code z = exp(h)} in place of their ReLU, reconstruct half
 * of the error of the live ones, {@code e = x − x̂} (Jermyn and Templeton 2024, "Ghost grads: An
 * improvement on resampling", Circuits Updates, January 2024):
 *
 * <pre>g = s·(z·W_dec)   with s = ‖e‖ / (2·‖z·W_dec‖) of each row
 * L_ghost = m·mean_b ‖g − e‖²   with m = ‖e‖² / ‖g − e‖² over the batch</pre>
 *
 * <p>e, s and m are treated as constants, so the loss is as large as the reconstruction loss. It
 * uses all pre-activations of dead latents, so a step needs {@code rows × dead} more activations.
 */
record GhostGradients(Latents dead, int nLatents) implements AuxiliaryLoss {

  /** Upper limit of pre-activations, so the exponential cannot overflow. */
  private static final double LARGEST = 20;

  /** Returns the loss; empty if no latent is dead. */
  static List<AuxiliaryLoss> of(Weights p, Latents dead) {
    return dead.isEmpty() ? List.of() : List.of(new GhostGradients(dead, p.nLatents()));
  }

  @Override
  public Optional<Selection> selection() {
    BitSet some = dead.toBitSet();
    double[] thresholds = new double[nLatents];
    Arrays.setAll(
        thresholds, l -> some.get(l) ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    return Optional.of(new Selection.Above(thresholds));
  }

  @Override
  public Later addTo(
      GradientSum gradients,
      Engine engine,
      Codes selected,
      Tensor target,
      Tensor error,
      Weights p) {
    Later squares = engine.squares(error);
    Codes z = engine.map(selected, EntryRule.EXPONENTIAL, Inputs.ofConstants(LARGEST, 0));
    Tensor difference = engine.decode(z, p.decoder());
    Tensor twice = engine.rowNorms(difference);
    engine.scale(twice, 2);
    engine.add(twice, Float.MIN_NORMAL);
    Tensor scale = engine.rowNorms(error);
    engine.divide(scale, twice);
    engine.scaleRows(difference, scale);
    engine.add(difference, error); // g − e
    Later m = squares.over(engine.squares(difference));
    // ∂L/∂(z·W_dec) = 2·m·s·(g − e), row by row
    engine.scaleRows(difference, scale);
    gradients.addDecoder(z, difference, m.times(2));
    Codes atZ = engine.sampledProduct(difference, p.decoder(), z);
    gradients.addEncoder(engine.replace(atZ, EntryRule.PRODUCT, Inputs.ofCodes(z)), m.times(2));
    return squares.over(target.rows());
  }
}
