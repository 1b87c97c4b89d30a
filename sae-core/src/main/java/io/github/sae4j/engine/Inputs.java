package io.github.sae4j.engine;

import java.util.List;

/**
 * What an {@link EntryRule} reads besides the value itself.
 *
 * @param perLatent up to three vectors {@code [nLatents]}, the rule's a, b and c; for a rule on a
 *     tensor, tensors of its shape
 * @param same up to two codes at the same positions, the rule's u and w; unused on a tensor
 * @param p first constant
 * @param q second constant
 */
public record Inputs(List<Tensor> perLatent, List<Codes> same, Later p, Later q) {
  private static final Later ZERO = Later.of(0);

  /** Nothing but the value. */
  public static final Inputs NONE = new Inputs(List.of(), List.of(), ZERO, ZERO);

  public Inputs {
    perLatent = List.copyOf(perLatent);
    same = List.copyOf(same);
    if (perLatent.size() > 3 || same.size() > 2) {
      throw new IllegalArgumentException(
          "a rule reads at most three vectors and two codes, got %d and %d"
              .formatted(perLatent.size(), same.size()));
    }
  }

  /** Returns inputs with numbers of each latent. */
  public static Inputs ofLatents(Tensor... perLatent) {
    return new Inputs(List.of(perLatent), List.of(), ZERO, ZERO);
  }

  /** Returns inputs with the values of codes at the same positions. */
  public static Inputs ofCodes(Codes... same) {
    return new Inputs(List.of(), List.of(same), ZERO, ZERO);
  }

  /** Returns inputs with constants. */
  public static Inputs ofConstants(double p, double q) {
    return NONE.with(Later.of(p), Later.of(q));
  }

  /** Adds the values of codes at the same positions. */
  public Inputs and(Codes... codes) {
    return new Inputs(perLatent, List.of(codes), p, q);
  }

  /** Returns a copy with the constants p and q. */
  public Inputs with(Later p, Later q) {
    return new Inputs(perLatent, same, p, q);
  }

  /** Adds the constants. */
  public Inputs with(double p, double q) {
    return with(Later.of(p), Later.of(q));
  }
}
