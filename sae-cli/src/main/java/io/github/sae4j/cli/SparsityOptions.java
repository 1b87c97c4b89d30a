package io.github.sae4j.cli;

import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** Options of {@code sae train} that say what keeps codes sparse. */
final class SparsityOptions {
  static final String DEFAULT_VARIANT = Kind.TOPK.toString();
  static final int DEFAULT_K = 32;
  private static final double DEFAULT_LAMBDA = 0.1;
  private static final double DEFAULT_RHO = 0.01;
  private static final double DEFAULT_BETA = 0.001;

  /** The variants by the names that people type. */
  enum Kind {
    TOPK("topk"),
    RELU_L1("relu-l1"),
    SIGMOID_KL("sigmoid-kl");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** The options that this variant has to itself. */
    private Set<String> own() {
      return switch (this) {
        case TOPK -> Set.of("--k", "--k-aux", "--k-start", "--k-anneal-steps");
        case RELU_L1 -> Set.of("--lambda", "--weighting");
        case SIGMOID_KL -> Set.of("--rho", "--beta");
      };
    }

    /** Whether an option has a meaning for this variant; most have one for all. */
    boolean takes(String option) {
      return own().contains(option)
          || Arrays.stream(values()).noneMatch(kind -> kind.own().contains(option));
    }

    @Override
    public String toString() {
      return label;
    }

    static Kind parse(String text) {
      for (Kind kind : values()) {
        if (kind.label.equals(text)) {
          return kind;
        }
      }
      throw new IllegalArgumentException(
          "variant must be topk, relu-l1 or sigmoid-kl, got '" + text + "'");
    }
  }

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "topk, relu-l1 or sigmoid-kl (default: topk).")
  private String variant = DEFAULT_VARIANT;

  @Option(
      names = "--k",
      paramLabel = "N",
      description = "topk: active latents a row (default: " + DEFAULT_K + ").")
  private Integer k;

  @Option(
      names = "--k-aux",
      paramLabel = "N",
      description = "topk: dead latents that learn from a row's error (default: half the width).")
  private Integer kAux;

  @Option(
      names = "--lambda",
      paramLabel = "X",
      description = "relu-l1: weight of the penalty (default: " + DEFAULT_LAMBDA + ").")
  private Double lambda;

  @Option(
      names = "--weighting",
      paramLabel = "NAME",
      description =
          "relu-l1: what an activation counts: plain, or decoder_norm (default: decoder_norm).")
  private ReluL1.Weighting weighting;

  @Option(
      names = "--rho",
      paramLabel = "X",
      description = "sigmoid-kl: target rate of each latent (default: " + DEFAULT_RHO + ").")
  private Double rho;

  @Option(
      names = "--beta",
      paramLabel = "X",
      description = "sigmoid-kl: weight of the penalty (default: " + DEFAULT_BETA + ").")
  private Double beta;

  /**
   * The variant that was asked for.
   *
   * @param nIn width of the rows
   * @param nLatents width of the dictionary
   * @throws IllegalArgumentException if an option belongs to another variant
   */
  Variant variant(int nIn, int nLatents) {
    Kind kind = Kind.parse(variant);
    requireTaken(kind);
    return switch (kind) {
      case TOPK -> {
        int active = or(k, DEFAULT_K);
        int auxiliary = or(kAux, Math.min(Math.max(1, nIn / 2), nLatents));
        yield new TopK(active, auxiliary, TopK.AUX_COEFFICIENT);
      }
      case RELU_L1 -> {
        yield new ReluL1(or(lambda, DEFAULT_LAMBDA), or(weighting, ReluL1.Weighting.DECODER_NORM));
      }
      case SIGMOID_KL -> {
        yield new SigmoidKl(or(rho, DEFAULT_RHO), or(beta, DEFAULT_BETA));
      }
    };
  }

  private void requireTaken(Kind kind) {
    Map<String, Object> given = new LinkedHashMap<>();
    given.put("--k", k);
    given.put("--k-aux", kAux);
    given.put("--lambda", lambda);
    given.put("--weighting", weighting);
    given.put("--rho", rho);
    given.put("--beta", beta);
    given.forEach(
        (option, value) -> {
          if (value != null && !kind.takes(option)) {
            throw new IllegalArgumentException(option + " is not an option of the variant " + kind);
          }
        });
  }

  private static <T> T or(T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
