package io.github.sae4j.checkpoint;

import io.github.sae4j.variant.AbsTopK;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Bottleneck;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.KSparse;
import io.github.sae4j.variant.Matryoshka;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a dictionary turns inputs into codes once it is trained: SAELens' {@code architecture}, and
 * four of our own for what it has not. Several variants are the same architecture: BatchTopK has
 * thresholds when it is trained, as SAELens has it, and Matryoshka is what it selects by.
 */
enum Architecture {
  STANDARD("standard"),
  TOPK("topk"),
  JUMPRELU("jumprelu"),
  GATED("gated"),
  ABS_TOPK("abs_topk"),
  SIGMOID("sigmoid"),
  LINEAR("linear"),
  TANH("tanh");

  private final String label;

  Architecture(String label) {
    this.label = label;
  }

  /** As in {@code cfg.json}. */
  String label() {
    return label;
  }

  static Architecture of(Variant variant) {
    if (variant instanceof Matryoshka matryoshka) {
      return of(matryoshka.inner());
    }
    if (variant instanceof TopK) {
      return TOPK;
    }
    if (variant instanceof AbsTopK) {
      return ABS_TOPK;
    }
    if (variant instanceof BatchTopK || variant instanceof JumpRelu) {
      return JUMPRELU;
    }
    if (variant instanceof Gated) {
      return GATED;
    }
    if (variant instanceof ReluL1 || variant instanceof ReluLp) {
      return STANDARD;
    }
    if (variant instanceof SigmoidKl) {
      return SIGMOID;
    }
    return switch (((Bottleneck) variant).activation()) {
      case LINEAR -> LINEAR;
      case RELU -> STANDARD;
      case TANH -> TANH;
    };
  }

  static Optional<Architecture> named(String label) {
    return Arrays.stream(values()).filter(each -> each.label.equals(label)).findFirst();
  }

  /** Whether files of it name a k. */
  boolean hasK() {
    return this == TOPK || this == ABS_TOPK;
  }

  /**
   * The variant that does what a file of this architecture asks for.
   *
   * @param trained the variant that it was trained as; null where the file does not say
   * @param k where it {@link #hasK}
   */
  Variant variant(Variant trained, int k) {
    if (trained != null && of(trained) == this) {
      return hasK() ? ((KSparse) trained).withK(k) : trained;
    }
    return switch (this) {
      case STANDARD -> new ReluL1(0, ReluL1.Weighting.PLAIN);
      case TOPK -> new TopK(k, 0, KSparse.AUX_COEFFICIENT);
      case ABS_TOPK -> new AbsTopK(k, 0, KSparse.AUX_COEFFICIENT);
      case JUMPRELU -> new JumpRelu(0);
      case GATED -> new Gated(0);
      case SIGMOID, LINEAR, TANH ->
          throw new IllegalArgumentException(
              "architecture " + label + " needs its variant in metadata.sae4j");
    };
  }
}
