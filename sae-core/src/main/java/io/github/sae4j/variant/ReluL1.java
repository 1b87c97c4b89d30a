package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.DenseCodes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ReLU SAE with an L1 activity regularizer: {@code f = ReLU(pre)}, loss {@code λ·Σᵢ wᵢ·fᵢ}, a mean
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
    if (!(lambda >= 0 && Double.isFinite(lambda))) {
      throw new IllegalArgumentException(
          "lambda must be a finite number of at least 0, got " + lambda);
    }
    Objects.requireNonNull(weighting, "weighting");
  }

  @Override
  public String name() {
    return "relu-l1";
  }

  @Override
  public Selection selection() {
    return new Selection.Positive();
  }

  @Override
  public SparsityPenalty penalty(Codes codes, SaeParameters parameters, Engine engine) {
    INDArray sums = engine.latentSums(codes);
    double[] weights = new double[codes.nLatents()];
    Arrays.fill(weights, lambda);
    if (weighting == Weighting.PLAIN) {
      double mean = lambda * sums.sumNumber().doubleValue() / codes.rows();
      return new SparsityPenalty(mean, codes.weights(weights), null);
    }
    INDArray norms = engine.rowNorms(parameters.wDec());
    double mean = lambda * Nd4j.getBlasWrapper().dot(sums, norms) / codes.rows();
    double[] norm = norms.toDoubleVector();
    for (int l = 0; l < norm.length; l++) {
      weights[l] = lambda * norm[l];
    }
    // ∂/∂W_i of λ·Σ_b f_bi·‖W_i‖ = λ·(Σ_b f_bi)/‖W_i‖ · W_i
    INDArray along = sums.mul(lambda).divi(norms.add(SMALLEST_NORM));
    return new SparsityPenalty(mean, codes.weights(weights), along);
  }

  /** ReLU codes that are kept as a matrix have a gradient where they are active only. */
  @Override
  public Codes throughActivation(Codes codes, Codes gradient) {
    if (!(codes instanceof DenseCodes dense)) {
      return gradient;
    }
    try (INDArray isActive = dense.matrix().gt(0);
        INDArray one = isActive.castTo(dense.matrix().dataType())) {
      return new DenseCodes(gradient.toDense().mul(one));
    }
  }

  @Override
  public ReluL1 scaled(double factor) {
    return new ReluL1(lambda * factor, weighting);
  }
}
