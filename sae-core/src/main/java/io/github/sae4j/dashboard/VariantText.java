package io.github.sae4j.dashboard;

import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;

/** A variant in words. */
final class VariantText {
  private VariantText() {}

  static String of(Variant variant) {
    if (variant instanceof TopK top) {
      return "TopK, k = " + top.k();
    }
    if (variant instanceof ReluL1) {
      return "ReLU with an L1 penalty";
    }
    if (variant instanceof SigmoidKl) {
      return "sigmoid with a KL penalty";
    }
    return variant.name();
  }
}
