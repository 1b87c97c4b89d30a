package io.github.sae4j.variant;

import io.github.sae4j.cpu.ColumnVectors;
import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

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
record GhostGradients(BitSet dead, int nLatents) implements AuxiliaryLoss {

  /** Upper limit of pre-activations, so the exponential cannot overflow. */
  private static final double LARGEST = 20;

  /** Returns the loss; empty if no latent is dead. */
  static List<AuxiliaryLoss> of(SaeParameters p, BitSet dead) {
    return dead.isEmpty() ? List.of() : List.of(new GhostGradients(dead, p.nLatents()));
  }

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
    double squares = OrderedSums.squares(error);
    if (squares == 0) {
      return 0;
    }
    SparseCodes z = ((SparseCodes) selected).map((i, latent, h) -> Math.exp(Math.min(h, LARGEST)));
    INDArray ghost = engine.decode(z, p.wDec());
    INDArray twice = engine.rowNorms(ghost).muli(2).addi(Float.MIN_NORMAL);
    INDArray scale = engine.rowNorms(error).divi(twice);
    INDArray difference = ColumnVectors.multiply(ghost, scale).addi(error); // g − e
    double m = squares / OrderedSums.squares(difference);
    // ∂L/∂(z·W_dec) = 2·m·s·(g − e), row by row
    INDArray atDecoded = ColumnVectors.multiply(difference, scale);
    gradients.addDecoder(z, atDecoded, 2 * m);
    SparseCodes atZ = (SparseCodes) engine.sampledProduct(atDecoded, p.wDec(), z);
    gradients.addEncoder(atZ.map((i, latent, value) -> value * z.value(i)), 2 * m);
    return squares / target.size(0);
  }
}
