package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.Optional;

/** A loss in addition to the reconstruction loss, with its own codes. */
interface AuxiliaryLoss {

  /** Returns the pre-activations this loss uses; empty for those of the variant itself. */
  Optional<Selection> selection();

  /**
   * Adds the gradients, summed over the rows.
   *
   * @param selected the pre-activations of {@link #selection}
   * @param target {@code [rows, nOut]}
   * @param error {@code x̂ − target} of the variant itself
   * @return the loss, averaged over the rows
   */
  Later addTo(
      GradientSum gradients, Engine engine, Codes selected, Tensor target, Tensor error, Weights p);
}
