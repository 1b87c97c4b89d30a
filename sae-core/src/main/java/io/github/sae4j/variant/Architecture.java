package io.github.sae4j.variant;

import java.util.Arrays;
import java.util.Optional;

/**
 * How a dictionary turns inputs into codes once it is trained: SAELens' {@code architecture}, and
 * four of our own for what it has not. Several variants are the same architecture: BatchTopK has
 * thresholds when it is trained, as SAELens has it, and Matryoshka is what it selects by.
 */
public enum Architecture {
  STANDARD("standard", false, true),
  TOPK("topk", true, false),
  JUMPRELU("jumprelu", false, true),
  GATED("gated", false, true),
  ABS_TOPK("abs_topk", true, false),
  SIGMOID("sigmoid", false, false),
  LINEAR("linear", false, true),
  TANH("tanh", false, false);

  private final String label;
  private final boolean hasK;
  private final boolean foldable;

  Architecture(String label, boolean hasK, boolean foldable) {
    this.label = label;
    this.hasK = hasK;
    this.foldable = foldable;
  }

  /** As in {@code cfg.json}. */
  public String label() {
    return label;
  }

  /** Whether files of it name a k. */
  public boolean hasK() {
    return hasK;
  }

  /**
   * Whether latents may be scaled one by one, as folding decoder norms does: not where a row's
   * latents are chosen by their size, nor where codes do not grow with the encoder.
   */
  public boolean isFoldable() {
    return foldable;
  }

  /** The architecture of this {@link #label}. */
  public static Optional<Architecture> named(String label) {
    return Arrays.stream(values()).filter(each -> each.label.equals(label)).findFirst();
  }

  /**
   * A variant that does what a file of this architecture asks for, where the file does not say what
   * it was trained as.
   *
   * @param k activations per row, where it {@link #hasK}; else unused
   * @throws IllegalArgumentException if only this library's own files have the architecture, which
   *     say what they were trained as
   */
  public Variant untrained(int k) {
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

  /**
   * The variant of a file of this architecture.
   *
   * @param trained the variant that it was trained as
   * @param k activations per row, where it {@link #hasK}; else unused
   */
  public Variant variant(Variant trained, int k) {
    if (trained.architecture() != this) {
      return untrained(k);
    }
    return hasK ? trained.withSparsitySetting(k) : trained;
  }
}
