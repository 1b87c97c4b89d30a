package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.DenseCodes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.Selection;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The classic sparse autoencoder: {@code f = σ(pre)}, loss {@code β·Σⱼ KL(ρ‖ρ̂ⱼ)} with {@code KL =
 * ρ·ln(ρ/ρ̂) + (1−ρ)·ln((1−ρ)/(1−ρ̂))} and ρ̂ⱼ the mean of fⱼ over the batch (Ng, "Sparse
 * autoencoder", CS294A lecture notes, section 3).
 *
 * @param rho target rate ρ of each latent, between 0 and 1
 * @param beta weight β of the penalty
 */
public record SigmoidKl(double rho, double beta) implements Variant {
  private static final double SMALLEST_RATE = 1e-7;

  public SigmoidKl {
    if (!(rho > 0 && rho < 1)) {
      throw new IllegalArgumentException("rho must lie between 0 and 1, got " + rho);
    }
    if (!(beta >= 0 && Double.isFinite(beta))) {
      throw new IllegalArgumentException("beta must be a finite number of at least 0, got " + beta);
    }
  }

  @Override
  public String name() {
    return "sigmoid-kl";
  }

  @Override
  public Selection selection() {
    return new Selection.Sigmoid();
  }

  @Override
  public SparsityPenalty penalty(Codes codes, SaeParameters parameters, Engine engine) {
    INDArray rates = engine.latentSums(codes).divi(codes.rows());
    double[] rate = rates.data().asDouble();
    double sum = 0;
    double[] slope = new double[rate.length];
    for (int j = 0; j < rate.length; j++) {
      double r = Math.min(Math.max(rate[j], SMALLEST_RATE), 1 - SMALLEST_RATE);
      sum += rho * Math.log(rho / r) + (1 - rho) * Math.log((1 - rho) / (1 - r));
      slope[j] = beta * ((1 - rho) / (1 - r) - rho / r);
    }
    // ∂/∂f_bj is slope_j / rows, and gradients are carried times the number of rows
    return new SparsityPenalty(
        beta * sum, Nd4j.createFromArray(slope).castTo(rates.dataType()), null);
  }

  @Override
  public Codes throughActivation(Codes codes, Codes gradient) {
    INDArray f = codes.toDense();
    try (INDArray inverse = f.rsub(1)) {
      return new DenseCodes(gradient.toDense().mul(f).muli(inverse));
    }
  }

  @Override
  public SigmoidKl scaled(double factor) {
    return new SigmoidKl(rho, beta * factor);
  }
}
