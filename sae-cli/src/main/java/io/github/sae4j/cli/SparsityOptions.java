package io.github.sae4j.cli;

import io.github.sae4j.train.TrainConfigBuilder;
import io.github.sae4j.variant.Bottleneck;
import io.github.sae4j.variant.Variant;
import java.lang.reflect.Field;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of {@code sae train} for the variant and its sparsity. */
@Section("Sparsity")
final class SparsityOptions {
  static final String DEFAULT_VARIANT = VariantKind.TOPK.toString();
  static final int DEFAULT_K = 32;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description =
          "topk, batch-topk, abs-topk, matryoshka, relu-l1, relu-lp, jumprelu, gated, sigmoid-kl or"
              + " bottleneck (default: {default}).")
  private String variant = DEFAULT_VARIANT;

  @Option(names = "--tied", description = "Tie the encoder to the transposed decoder.")
  private boolean tied;

  @Mixin private KSparseOptions kSparse = new KSparseOptions();

  @Option(
      names = "--target-l0",
      paramLabel = "X",
      description =
          "All variants with a coefficient: target number of active latents per row (default: {default}, at most a quarter of the latents; none if a coefficient is given).")
  @Within(above = 0)
  private Double targetL0;

  @Option(
      names = "--lambda",
      paramLabel = "X",
      description = "relu-l1, relu-lp, jumprelu, gated: weight of the sparsity loss.")
  @Within(from = 0)
  private Double lambda;

  @Mixin private ReluOptions relu = new ReluOptions();

  @Mixin private JumpReluOptions jumpRelu = new JumpReluOptions();

  @Mixin private SigmoidOptions sigmoid = new SigmoidOptions();

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      description = "bottleneck: linear, relu or tanh (default: {default}).")
  private Bottleneck.Activation activation;

  /**
   * Returns the requested variant.
   *
   * @throws IllegalArgumentException if an option belongs to another variant
   */
  Variant variant(DictionaryShape shape) {
    VariantKind kind = VariantKind.parse("--variant", variant);
    requireOnlyOptionsOf(kind);
    if (targetL0 != null && hasCoefficient() && !jumpRelu.isQuadratic()) {
      throw new IllegalArgumentException("--target-l0 cannot be combined with a coefficient");
    }
    if (targetL0 != null && sigmoid.hasRho()) {
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
      run.fixedK().ifPresent(kSparse::takeK);
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
    if (!kind.takes("--target-l0") || hasCoefficient()) {
      return OptionalDouble.empty();
    }
    return OptionalDouble.of(sigmoid.targetL0(nLatents).orElse(targetL0(nLatents)));
  }

  private boolean hasCoefficient() {
    return lambda != null || sigmoid.hasBeta();
  }

  KSparseOptions kSparse() {
    return kSparse;
  }

  ReluOptions relu() {
    return relu;
  }

  JumpReluOptions jumpRelu() {
    return jumpRelu;
  }

  SigmoidOptions sigmoid() {
    return sigmoid;
  }

  boolean isTied() {
    return tied;
  }

  double targetL0(int nLatents) {
    return targetL0 == null ? Math.min(DEFAULT_K, nLatents / 4.0) : targetL0;
  }

  OptionalDouble lambda() {
    return lambda == null ? OptionalDouble.empty() : OptionalDouble.of(lambda);
  }

  double lambda(double otherwise) {
    return lambda == null ? otherwise : lambda;
  }

  Bottleneck.Activation activation() {
    return activation == null ? Bottleneck.Activation.LINEAR : activation;
  }

  private void requireOnlyOptionsOf(VariantKind kind) {
    for (String option : given()) {
      if (!kind.takes(option)) {
        throw new IllegalArgumentException(option + " is not an option of the variant " + variant);
      }
    }
  }

  /** Returns the options that are given, in the order of the help. */
  private Set<String> given() {
    Set<String> given = new LinkedHashSet<>();
    for (Object options : List.of(this, kSparse, relu, jumpRelu, sigmoid)) {
      for (Field field : options.getClass().getDeclaredFields()) {
        Option option = field.getAnnotation(Option.class);
        if (option != null && isGiven(field, options)) {
          given.add(option.names()[0]);
        }
      }
    }
    return given;
  }

  private static boolean isGiven(Field field, Object options) {
    try {
      field.setAccessible(true); // picocli does so, too
      Object value = field.get(options);
      return value != null && !value.equals(false);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e); // has been made accessible
    }
  }
}
