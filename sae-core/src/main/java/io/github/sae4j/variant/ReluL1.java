package io.github.sae4j.variant;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import java.util.List;
import java.util.Objects;

/**
 * ReLU SAE with an L1 activity regularizer: {@code f = ReLU(h)}, loss {@code λ·Σᵢ wᵢ·fᵢ}, averaged
 * over rows. With {@link Weighting#PLAIN}, wᵢ = 1 and the decoder has unit norm (Bricken et al.
 * 2023, "Towards Monosemanticity"); with {@link Weighting#DECODER_NORM}, wᵢ = ‖W_dec,i‖₂ and the
 * decoder is unconstrained (Conerly et al., "Circuits Updates, April 2024").
 *
 * <p>A crosscoder reads the activations of several sources side by side, and wᵢ is the sum of the
 * norms of the latent's decoder rows over the sources, so a latent need not occur in every source
 * (Lindsey et al. 2024, "Sparse crosscoders for cross-layer features and model diffing").
 *
 * @param lambda weight of the penalty
 * @param weighting weighting of the latents
 * @param ghost whether dead latents receive {@link GhostGradients}
 * @param sources widths of a crosscoder's sources; empty for one source
 */
@VariantName("relu-l1")
public record ReluL1(double lambda, Weighting weighting, boolean ghost, List<Integer> sources)
    implements Variant {
  private static final double SMALLEST_NORM = 1e-30;

  /** Weight of each latent's activation. */
  public enum Weighting {
    PLAIN,
    DECODER_NORM
  }

  public ReluL1 {
    Settings.requireNotNegative("lambda", lambda);
    Objects.requireNonNull(weighting, "weighting");
    sources = List.copyOf(sources);
    if (sources.stream().anyMatch(width -> width < 1)) {
      throw new IllegalArgumentException("--sources must each be at least 1 wide, got " + sources);
    }
    if (!sources.isEmpty() && weighting == Weighting.PLAIN) {
      throw new IllegalArgumentException(
          "--weighting must be decoder-norm if --sources is given: a crosscoder's penalty is weighted by decoder norms");
    }
  }

  /** Creates a variant with one source and no ghost gradients. */
  public ReluL1(double lambda, Weighting weighting) {
    this(lambda, weighting, false, List.of());
  }

  @Override
  public String label() {
    return sources.isEmpty()
        ? "ReLU with an L1 penalty"
        : "crosscoder of " + sources.size() + " sources with an L1 penalty";
  }

  @Override
  public Architecture architecture() {
    return Architecture.STANDARD;
  }

  @Override
  public Selection selection(Weights p) {
    return new Selection.Positive();
  }

  @Override
  public SparsityPenalty penalty(Codes pre, Codes codes, Weights p, Engine engine) {
    Tensor sums = engine.latentSums(codes);
    if (weighting == Weighting.PLAIN) {
      Later mean = engine.sum(sums).times(lambda).over(codes.rows());
      return SparsityPenalty.ofLatents(mean, engine.filledLike(sums, lambda));
    }
    List<Integer> widths = sources.isEmpty() ? List.of(p.nOut()) : sources;
    int width = widths.stream().mapToInt(Integer::intValue).sum();
    if (width != p.nOut()) {
      throw new IllegalArgumentException(
          "--sources %s add up to a width of %d, but the reconstruction is %d wide"
              .formatted(sources, width, p.nOut()));
    }
    // ∂/∂W_i of λ·Σ_b f_bi·‖W_i‖ = λ·(Σ_b f_bi)/‖W_i‖ · W_i, source by source
    Tensor[] along = new Tensor[widths.size()];
    Tensor total = null;
    int from = 0;
    for (int s = 0; s < along.length; s++) {
      Tensor norms = engine.rowNorms(p.decoder(), from, from + widths.get(s));
      try (Tensor divisor = engine.copy(norms)) {
        engine.add(divisor, SMALLEST_NORM);
        along[s] = engine.scaled(sums, lambda);
        engine.divide(along[s], divisor);
      }
      if (total == null) {
        total = norms;
      } else {
        engine.add(total, norms);
      }
      from += widths.get(s);
    }
    Later mean = engine.product(sums, total).times(lambda).over(codes.rows());
    return SparsityPenalty.ofLatents(mean, engine.scaled(total, lambda))
        .withAlongDecoder(new FactoredGradient.Along(widths, List.of(along)));
  }

  @Override
  public List<AuxiliaryLoss> auxiliaries(Weights p, Latents dead) {
    return ghost ? GhostGradients.of(p, dead) : List.of();
  }

  @Override
  public Thresholds thresholds() {
    return Thresholds.BIASES;
  }

  @Override
  public double learningRateFactor(int nLatents, boolean transcoder) {
    return transcoder ? .5 : 1;
  }

  /** Decoder norms are unconstrained if the penalty depends on them. */
  @Override
  public boolean normalisesDecoder() {
    return weighting == Weighting.PLAIN;
  }

  @Override
  public StepMemory stepMemory(int rows, int nLatents) {
    return ghost
        ? new StepMemory(
            1, false, true, (long) rows * nLatents) // each latent is either active or a ghost
        : StepMemory.sparseOrDense(rows, nLatents);
  }

  @Override
  public double freshEncoderFraction() {
    return SMALL_ENCODER;
  }

  @Override
  public double sparsitySetting() {
    return lambda;
  }

  @Override
  public ReluL1 withSparsitySetting(double strength) {
    return new ReluL1(strength, weighting, ghost, sources);
  }
}
