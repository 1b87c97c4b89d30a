package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pulls the pre-activations of dead latents up to their thresholds: {@code c·Σ ReLU(θ − h)} over
 * the dead latents, averaged over rows (Conerly et al. 2025, "Circuits Updates, January 2025"),
 * with a unit-norm decoder. The thresholds also move down toward them.
 *
 * <p>Dead latents are below their thresholds in nearly every row, so summing over all rows and
 * subtracting those above the threshold is exact and needs no {@code [rows, dead]} matrix.
 */
record PreActivationLoss(double coefficient, BitSet dead) implements AuxiliaryLoss {

  /**
   * Uses the variant's own selection, which includes the rows where a dead latent is above its
   * threshold.
   */
  @Override
  public Selection selection() {
    return null;
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
    long rows = target.size(0);
    SparseCodes above =
        ((SparseCodes) selected).filter((i, latent, h) -> dead.get(latent) && h > theta[latent]);
    SparseCodes all = everyDeadLatent(p);
    double[] sums = gradients.preActivationSums(p).toDoubleVector();
    double[] toTheta = new double[theta.length];
    double sum = 0;
    for (int l = dead.nextSetBit(0); l >= 0; l = dead.nextSetBit(l + 1)) {
      sum += rows * theta[l] - sums[l];
      toTheta[l] = coefficient * rows;
    }
    for (int i = 0; i < above.activations(); i++) {
      int latent = above.latents()[i];
      sum += above.value(i) - theta[latent];
      toTheta[latent] -= coefficient;
    }
    gradients.addToEveryRow(all, -coefficient);
    gradients.addEncoder(above.map((i, latent, h) -> coefficient), 1);
    gradients.add(
        JumpRelu.THRESHOLD.key(), Nd4j.createFromArray(toTheta).castTo(p.bEnc().dataType()));
    return coefficient * sum / rows;
  }

  /** Returns one row with a 1 for each dead latent. */
  private SparseCodes everyDeadLatent(SaeParameters p) {
    int[] latents = dead.stream().toArray();
    int[] starts = {0, latents.length};
    if (p.bEnc().dataType() == DataType.DOUBLE) {
      double[] ones = IntStream.range(0, latents.length).mapToDouble(i -> 1).toArray();
      return SparseCodes.ofDoubles(p.nLatents(), starts, latents, ones);
    }
    float[] ones = new float[latents.length];
    Arrays.fill(ones, 1);
    return SparseCodes.ofFloats(p.nLatents(), starts, latents, ones);
  }
}
