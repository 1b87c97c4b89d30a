package io.github.sae4j.cli;

import io.github.sae4j.train.TrainConfigBuilder;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Bottleneck;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.KSparse;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import picocli.CommandLine.Option;

/** Options of {@code sae train} for sparsity. */
@Section("Sparsity")
final class SparsityOptions {
  static final String DEFAULT_VARIANT = VariantKind.TOPK.toString();
  static final int DEFAULT_K = 32;
  private static final double DEFAULT_BETA = 0.03;
  private static final double JUMP_LAMBDA = .005;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "topk, batch-topk, abs-topk, matryoshka, relu-l1, relu-lp, jumprelu, gated, sigmoid-kl or"
              + " bottleneck (default: topk).")
  private String variant = DEFAULT_VARIANT;

  @Option(names = "--tied", description = "Tie the encoder to the transposed decoder.")
  private boolean tied;

  @Option(
      names = "--k",
      paramLabel = "N",
      description = "topk, batch-topk, abs-topk, matryoshka: active latents per row (default: 32).")
  @Within(from = 1)
  private Integer k;

  @Option(
      names = "--k-aux",
      paramLabel = "N",
      description =
          "topk, batch-topk, abs-topk, matryoshka: number of dead latents that learn from a row's error, 0 for none (default: half the width, at most all latents).")
  @Within(from = 0)
  private Integer kAux;

  @Option(
      names = "--multi-topk",
      description = "topk: add the reconstruction loss with 4k latents, at a small weight.")
  private boolean multi;

  @Option(
      names = "--inner",
      paramLabel = "NAME",
      description =
          "matryoshka: how latents are selected, batch-topk or topk (default: batch-topk).")
  private String inner;

  @Option(
      names = "--prefixes",
      paramLabel = "N:N",
      description =
          "matryoshka: sizes of the nested dictionaries (default: 1/16, 1/8, 1/4, 1/2 and all of the latents).")
  private Sizes prefixes;

  @Option(
      names = "--sample-prefixes",
      description = "matryoshka: redraw the prefixes at each step.")
  private boolean samplePrefixes;

  @Option(
      names = "--target-l0",
      paramLabel = "X",
      description =
          "All variants with a coefficient: target number of active latents per row (default: 32, at most a quarter of the latents; none if a coefficient is given).")
  @Within(above = 0)
  private Double targetL0;

  @Option(
      names = "--lambda",
      paramLabel = "X",
      description = "relu-l1, relu-lp, jumprelu, gated: weight of the sparsity loss.")
  @Within(from = 0)
  private Double lambda;

  @Option(
      names = "--weighting",
      paramLabel = "NAME",
      description =
          "relu-l1: weighting of activations: plain or decoder-norm (default: decoder-norm).")
  private ReluL1.Weighting weighting;

  @Option(
      names = "--ghost-gradients",
      description = "relu-l1: use ghost gradients, which let dead latents learn from the error.")
  private boolean ghost;

  @Option(
      names = "--sources",
      paramLabel = "N:N",
      description =
          "relu-l1: widths of a crosscoder's sources, side by side in a row (default: those of --data).")
  private Sizes sources;

  @Option(
      names = "--p",
      paramLabel = "X",
      description = "relu-lp: exponent at the start (default: 1).")
  @Within(above = 0)
  private Double p;

  @Option(
      names = "--p-end",
      paramLabel = "X",
      description = "relu-lp: exponent at the end (default: 0.5, at most --p).")
  @Within(above = 0)
  private Double pEnd;

  @Option(
      names = "--sparsity-loss",
      paramLabel = "NAME",
      description = "jumprelu: step, tanh or quadratic (default: step).")
  private JumpRelu.Sparsity sparsityLoss;

  @Option(
      names = "--tanh-scale",
      paramLabel = "X",
      description =
          "jumprelu: steepness of the tanh of --sparsity-loss (default: 4 * sqrt(nIn), for inputs of mean square 1).")
  @Within(above = 0)
  private Double tanhScale;

  @Option(
      names = "--bandwidth",
      paramLabel = "X",
      description = "jumprelu: width around a threshold within which it learns (default: 0.001).")
  @Within(above = 0)
  private Double bandwidth;

  @Option(
      names = "--pre-activation-loss",
      paramLabel = "X",
      description = "jumprelu: weight of the loss that pulls dead latents up (default: 3e-6).")
  @Within(from = 0)
  private Double preActivation;

  @Option(
      names = "--rho",
      paramLabel = "X",
      description = "sigmoid-kl: target rate of each latent (default: that of --target-l0).")
  @Within(above = 0, below = 1)
  private Double rho;

  @Option(names = "--beta", paramLabel = "X", description = "sigmoid-kl: weight of the penalty.")
  @Within(from = 0)
  private Double beta;

  @Option(
      names = "--divergence",
      paramLabel = "NAME",
      description = "sigmoid-kl: kullback-leibler or jensen-shannon (default: kullback-leibler).")
  private SigmoidKl.Divergence divergence;

  @Option(
      names = "--rate-decay",
      paramLabel = "X",
      description =
          "sigmoid-kl: decay of the running mean rate per step (default: 0, the batch mean).")
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

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      description = "bottleneck: linear, relu or tanh (default: linear).")
  private Bottleneck.Activation activation;

  /**
   * Returns the requested variant.
   *
   * @throws IllegalArgumentException if an option belongs to another variant
   */
  Variant variant(DictionaryShape shape) {
    VariantKind kind = VariantKind.parse("--variant", variant);
    requireOnlyOptionsOf(kind);
    if (targetL0 != null && (lambda != null || beta != null) && !isQuadratic()) {
      throw new IllegalArgumentException("--target-l0 cannot be combined with a coefficient");
    }
    if (targetL0 != null && rho != null) {
      throw new IllegalArgumentException("--target-l0 cannot be combined with --rho");
    }
    return kind.make(this, shape);
  }

  /** Takes the variant and its k from a run, unless they are given as options. */
  void takeFrom(Variant run, Set<String> given) {
    if (!given.contains("--variant")) {
      variant = run.name();
    }
    if (!given.contains("--k") && VariantKind.parse("--variant", variant).takes("--k")) {
      run.fixedK().ifPresent(own -> k = own);
    }
  }

  /** Applies the other settings of a run that these options control. */
  void applyTo(TrainConfigBuilder config, int nLatents) {
    config.tied(tied);
    controlledL0(nLatents).ifPresent(config::targetL0);
  }

  /** Returns the controller's target L0; empty if a coefficient is given. */
  private OptionalDouble controlledL0(int nLatents) {
    VariantKind kind = VariantKind.parse("--variant", variant);
    if (!kind.takes("--target-l0") || lambda != null || beta != null) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(rho != null ? rho * nLatents : target(nLatents));
  }

  private double target(int nLatents) {
    return or(targetL0, Math.min(DEFAULT_K, nLatents / 4.0));
  }

  private boolean isQuadratic() {
    return sparsityLoss == JumpRelu.Sparsity.QUADRATIC;
  }

  int k() {
    return or(k, DEFAULT_K);
  }

  int kAux(DictionaryShape shape) {
    return or(kAux, Math.min(Math.max(1, shape.width() / 2), shape.nLatents()));
  }

  TopK topK(DictionaryShape shape) {
    return new TopK(k(), kAux(shape), KSparse.AUX_COEFFICIENT, multi);
  }

  BatchTopK batchTopK(DictionaryShape shape) {
    return new BatchTopK(k(), kAux(shape), KSparse.AUX_COEFFICIENT);
  }

  /** Returns the inner variant of a Matryoshka SAE. */
  KSparse inner(DictionaryShape shape) {
    VariantKind kind = inner == null ? VariantKind.BATCH_TOPK : VariantKind.parse("--inner", inner);
    return switch (kind) {
      case TOPK -> topK(shape);
      case BATCH_TOPK -> batchTopK(shape);
      default ->
          throw new IllegalArgumentException(
              "--inner must be topk or batch-topk, got '" + inner + "'");
    };
  }

  List<Integer> prefixes() {
    return prefixes == null ? List.of() : prefixes.values();
  }

  boolean samplesPrefixes() {
    return samplePrefixes;
  }

  double lambda(double otherwise) {
    return or(lambda, otherwise);
  }

  ReluL1.Weighting weighting() {
    return or(weighting, ReluL1.Weighting.DECODER_NORM);
  }

  boolean ghost() {
    return ghost;
  }

  /** Returns the given source widths, or a crosscoder's own. */
  List<Integer> sources(DictionaryShape shape) {
    return sources == null ? shape.sources() : sources.values();
  }

  double p() {
    return or(p, 1.0);
  }

  double pEnd() {
    return or(pEnd, Math.min(p(), .5));
  }

  JumpRelu.Sparsity sparsityLoss() {
    return or(sparsityLoss, JumpRelu.Sparsity.STEP);
  }

  /**
   * Returns the initial λ of a JumpReLU; the quadratic loss has the same slope as λ·L0 at twice its
   * L0*.
   */
  double jumpLambda(int nLatents) {
    return isQuadratic() ? JUMP_LAMBDA * target(nLatents) / 2 : JUMP_LAMBDA;
  }

  /** Returns L0* of the quadratic loss. */
  double quadraticTarget(int nLatents) {
    return isQuadratic() ? target(nLatents) : 0;
  }

  double bandwidth() {
    return or(bandwidth, JumpRelu.BANDWIDTH);
  }

  /** Converts the tanh's scale from inputs of mean square nIn to inputs of mean square 1. */
  double tanhScale(int nIn) {
    return or(tanhScale, JumpRelu.TANH_SCALE * Math.sqrt(nIn));
  }

  double preActivation() {
    return or(preActivation, JumpRelu.PRE_ACTIVATION_COEFFICIENT);
  }

  double rho(int nLatents) {
    return or(rho, target(nLatents) / nLatents);
  }

  double beta() {
    return or(beta, DEFAULT_BETA);
  }

  SigmoidKl.Divergence divergence() {
    return or(divergence, SigmoidKl.Divergence.KULLBACK_LEIBLER);
  }

  double rateDecay() {
    return or(rateDecay, 0.0);
  }

  /**
   * Returns the maximum norm of a decoder row: by default, the norm of each of L0 equal orthogonal
   * components of a row of norm 1; 0, for no limit, if weights are tied.
   */
  double largestNorm(int nLatents) {
    return or(maxDecoderNorm, tied ? 0 : 1 / Math.sqrt(rho(nLatents) * nLatents));
  }

  Bottleneck.Activation activation() {
    return or(activation, Bottleneck.Activation.LINEAR);
  }

  private void requireOnlyOptionsOf(VariantKind kind) {
    Map<String, Object> given = new LinkedHashMap<>();
    given.put("--k", k);
    given.put("--k-aux", kAux);
    given.put("--multi-topk", multi ? true : null);
    given.put("--inner", inner);
    given.put("--prefixes", prefixes);
    given.put("--sample-prefixes", samplePrefixes ? true : null);
    given.put("--target-l0", targetL0);
    given.put("--lambda", lambda);
    given.put("--weighting", weighting);
    given.put("--ghost-gradients", ghost ? true : null);
    given.put("--sources", sources);
    given.put("--p", p);
    given.put("--p-end", pEnd);
    given.put("--sparsity-loss", sparsityLoss);
    given.put("--tanh-scale", tanhScale);
    given.put("--bandwidth", bandwidth);
    given.put("--pre-activation-loss", preActivation);
    given.put("--rho", rho);
    given.put("--beta", beta);
    given.put("--divergence", divergence);
    given.put("--rate-decay", rateDecay);
    given.put("--max-decoder-norm", maxDecoderNorm);
    given.put("--activation", activation);
    given.forEach(
        (option, value) -> {
          if (value != null && !kind.takes(option)) {
            throw new IllegalArgumentException(
                option + " is not an option of the variant " + variant);
          }
        });
  }

  private static <T> T or(T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
