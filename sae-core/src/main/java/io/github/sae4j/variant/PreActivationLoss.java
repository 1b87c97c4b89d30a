package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import java.util.Arrays;
import java.util.BitSet;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pulls the pre-activations of dead latents up to their thresholds: {@code c·Σ ReLU(θ − h)} over the
 * dead, a mean over rows (Conerly et al. 2025, "Circuits Updates, January 2025"), on a unit-norm
 * decoder. The threshold comes down to meet them.
 */
record PreActivationLoss(double coefficient, BitSet dead, int nLatents) implements AuxiliaryLoss {

  /** All pre-activations of the dead. */
  @Override
  public Selection selection() {
    double[] thresholds = new double[nLatents];
    Arrays.setAll(
        thresholds, l -> dead.get(l) ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    return new Selection.Above(thresholds);
  }

  @Override
  public double addTo(
      GradientSum gradients,
      Engine engine,
      Codes selected,
      INDArray target,
      INDArray error,
      SaeParameters p) {
    double[] theta = p.get(JumpRelu.THRESHOLD.key()).toDoubleVector();
    SparseCodes h = (SparseCodes) selected;
    double[] toTheta = new double[theta.length];
    double sum = 0;
    for (int i = 0; i < h.activations(); i++) {
      int latent = h.latents()[i];
      double below = theta[latent] - h.value(i);
      if (below > 0) {
        sum += below;
        toTheta[latent] += coefficient;
      }
    }
    gradients.addEncoder(
        h.mapEntries((i, latent, value) -> value < theta[latent] ? -coefficient : 0), 1);
    gradients.add(
        JumpRelu.THRESHOLD.key(), Nd4j.createFromArray(toTheta).castTo(p.bEnc().dataType()));
    return coefficient * sum / target.size(0);
  }
}
