package io.github.sae4j.variant;

import java.util.Arrays;
import java.util.Optional;

/**
 * How a trained dictionary turns inputs into codes: the values of SAELens' {@code architecture},
 * plus four of our own for variants that SAELens lacks. Several variants share an architecture: a
 * trained BatchTopK is a JumpReLU, as in SAELens, and a Matryoshka SAE has the architecture of its
 * inner variant.
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

  /** Returns the value used in {@code cfg.json}. */
  public String label() {
    return label;
  }

  /** Whether files of this architecture specify k. */
  public boolean hasK() {
    return hasK;
  }

  /**
   * Whether latents can be scaled individually, which folding in decoder norms requires. False if a
   * row's latents are chosen by size, or if codes do not grow with the encoder.
   */
  public boolean isFoldable() {
    return foldable;
  }

  /** Returns the architecture with this {@link #label}. */
  public static Optional<Architecture> named(String label) {
    return Arrays.stream(values()).filter(each -> each.label.equals(label)).findFirst();
  }

  /**
   * Returns a variant that encodes as this architecture does, for files that do not record their
   * training variant.
   *
   * @param k activations per row, if this architecture {@link #hasK}; otherwise unused
   * @throws IllegalArgumentException if the architecture occurs only in this library's own files,
   *     which record their training variant
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
   * Returns the variant of a file of this architecture.
   *
   * @param trained the variant the file was trained with
   * @param k activations per row, if this architecture {@link #hasK}; otherwise unused
   */
  public Variant variant(Variant trained, int k) {
    if (trained.architecture() != this) {
      return untrained(k);
    }
    return hasK ? trained.withSparsitySetting(k) : trained;
  }
}
