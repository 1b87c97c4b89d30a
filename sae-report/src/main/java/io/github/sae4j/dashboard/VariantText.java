package io.github.sae4j.dashboard;

import io.github.sae4j.variant.AbsTopK;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Bottleneck;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.Matryoshka;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.Locale;

/** A variant in words. */
final class VariantText {
  private VariantText() {}

  static String of(Variant variant) {
    if (variant instanceof TopK top) {
      return "TopK, k = " + top.k();
    }
    if (variant instanceof AbsTopK top) {
      return "AbsTopK, k = " + top.k();
    }
    if (variant instanceof BatchTopK top) {
      return "BatchTopK, k = " + top.k();
    }
    if (variant instanceof Matryoshka matryoshka) {
      return "Matryoshka of " + of(matryoshka.inner());
    }
    if (variant instanceof ReluL1 relu) {
      return relu.sources().isEmpty()
          ? "ReLU with an L1 penalty"
          : String.format(
              Locale.ROOT, "crosscoder of %d sources with an L1 penalty", relu.sources().size());
    }
    if (variant instanceof ReluLp relu) {
      return "ReLU with an Lp penalty, p = %s to %s".formatted(relu.p(), relu.pEnd());
    }
    if (variant instanceof JumpRelu) {
      return "JumpReLU";
    }
    if (variant instanceof Gated) {
      return "Gated";
    }
    return variant instanceof SigmoidKl sigmoid
        ? "sigmoid with a %s penalty".formatted(divergence(sigmoid))
        : "bottleneck, " + ((Bottleneck) variant).activation().name().toLowerCase(Locale.ROOT);
  }

  private static String divergence(SigmoidKl sigmoid) {
    return sigmoid.divergence() == SigmoidKl.Divergence.KULLBACK_LEIBLER ? "KL" : "Jensen-Shannon";
  }
}
