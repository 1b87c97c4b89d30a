package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ReLU SAE with an L1 activity regularizer: {@code f = ReLU(h)}, loss {@code λ·Σᵢ wᵢ·fᵢ}, a mean
 * over rows. With {@link Weighting#PLAIN} wᵢ = 1, on a unit-norm decoder (Bricken et al. 2023,
 * "Towards Monosemanticity"); with {@link Weighting#DECODER_NORM} wᵢ = ‖W_dec,i‖₂, on a free
 * decoder (Conerly et al., "Circuits Updates, April 2024").
 *
 * @param lambda weight of the penalty
 * @param weighting of the latents
 */
public record ReluL1(double lambda, Weighting weighting) implements Variant {
  private static final double SMALLEST_NORM = 1e-30;

  /** How much each latent's activation counts. */
  public enum Weighting {
    PLAIN,
    DECODER_NORM
  }

  public ReluL1 {
    Settings.requireNotNegative("lambda", lambda);
    Objects.requireNonNull(weighting, "weighting");
  }

  @Override
  public String name() {
    return "relu-l1";
  }

  @Override
  public Selection selection(SaeParameters p) {
    return new Selection.Positive();
  }

  @Override
  public SparsityPenalty penalty(Codes pre, Codes codes, SaeParameters p, Engine engine) {
    INDArray sums = engine.latentSums(codes);
    if (weighting == Weighting.PLAIN) {
      double mean = lambda * sums.sumNumber().doubleValue() / codes.rows();
      return SparsityPenalty.ofLatents(
          mean, Nd4j.valueArrayOf(sums.shape(), lambda, sums.dataType()));
    }
    INDArray norms = engine.rowNorms(p.wDec());
    double mean = lambda * Nd4j.getBlasWrapper().dot(sums, norms) / codes.rows();
    // ∂/∂W_i of λ·Σ_b f_bi·‖W_i‖ = λ·(Σ_b f_bi)/‖W_i‖ · W_i
    INDArray along = sums.mul(lambda).divi(norms.add(SMALLEST_NORM));
    return SparsityPenalty.ofLatents(mean, norms.mul(lambda)).withAlongDecoder(along);
  }

  @Override
  public double strength() {
    return lambda;
  }

  @Override
  public ReluL1 withStrength(double strength) {
    return new ReluL1(strength, weighting);
  }
}
