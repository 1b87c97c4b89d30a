package io.github.sae4j.cli;

import io.github.sae4j.variant.SigmoidKl;
import java.util.OptionalDouble;
import picocli.CommandLine.Option;

/** Options of sigmoid-kl. */
@Section("Sparsity")
final class SigmoidOptions {
  private static final double BETA = .03;

  @Option(
      names = "--rho",
      paramLabel = "X",
      description =
          "sigmoid-kl: target firing rate for each latent (default: that of --target-l0).")
  @Within(above = 0, below = 1)
  private Double rho;

  @Option(names = "--beta", paramLabel = "X", description = "sigmoid-kl: weight of the penalty.")
  @Within(from = 0)
  private Double beta;

  @Option(
      names = "--divergence",
      paramLabel = "NAME",
      description = "sigmoid-kl: kullback-leibler or jensen-shannon (default: {default}).")
  private SigmoidKl.Divergence divergence;

  @Option(
      names = "--rate-decay",
      paramLabel = "X",
      description =
          "sigmoid-kl: decay of the running mean rate per step (default: {default}, the batch mean).")
  @Within(from = 0, below = 1)
  private Double rateDecay;

  @Option(
      names = "--max-decoder-norm",
      paramLabel = "X",
      description =
          "sigmoid-kl: maximum norm of a latent's decoder row, 0 for no limit (default: 1/sqrt(L0), for"
              + " inputs of mean square 1).")
  @Within(from = 0)
  private Double maxDecoderNorm;

  boolean hasRho() {
    return rho != null;
  }

  boolean hasBeta() {
    return beta != null;
  }

  /** Returns the target number of active latents, if a rate is given. */
  OptionalDouble targetL0(int nLatents) {
    return rho == null ? OptionalDouble.empty() : OptionalDouble.of(rho * nLatents);
  }

  /**
   * Returns the variant.
   *
   * @param targetL0 target number of active latents, which gives the default rate
   */
  SigmoidKl make(double targetL0, boolean tied, int nLatents) {
    double rate = rho == null ? targetL0 / nLatents : rho;
    return new SigmoidKl(
        rate,
        beta == null ? BETA : beta,
        divergence == null ? SigmoidKl.Divergence.KULLBACK_LEIBLER : divergence,
        rateDecay == null ? 0 : rateDecay,
        largestNorm(rate, tied, nLatents));
  }

  /**
   * Returns the maximum norm of a decoder row: by default, the norm of each of L0 equal orthogonal
   * components of a row of norm 1; 0, for no limit, if weights are tied.
   */
  private double largestNorm(double rate, boolean tied, int nLatents) {
    if (maxDecoderNorm != null) {
      return maxDecoderNorm;
    }
    return tied ? 0 : 1 / Math.sqrt(rate * nLatents);
  }
}
