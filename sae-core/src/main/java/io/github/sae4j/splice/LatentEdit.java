package io.github.sae4j.splice;

import java.util.Objects;

/**
 * A change to one latent's activations f.
 *
 * @param latent the latent's index
 * @param kind the kind of change
 * @param value the value that {@code kind} uses
 */
public record LatentEdit(int latent, Kind kind, double value) {

  /** How f changes. */
  public enum Kind {
    /** Sets f to 0. */
    ABLATE,
    /** Sets f to the value in every row. */
    CLAMP,
    /** Adds the value to f in every row (steering). */
    STEER
  }

  public LatentEdit {
    Objects.requireNonNull(kind, "kind");
    if (latent < 0 || !Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "expected a latent of at least 0 and a finite value, got " + latent + " and " + value);
    }
  }

  public static LatentEdit ablate(int latent) {
    return new LatentEdit(latent, Kind.ABLATE, 0);
  }

  public static LatentEdit clamp(int latent, double value) {
    return new LatentEdit(latent, Kind.CLAMP, value);
  }

  public static LatentEdit steer(int latent, double amount) {
    return new LatentEdit(latent, Kind.STEER, amount);
  }

  /** Returns how much f changes. */
  double change(double f) {
    return switch (kind) {
      case ABLATE -> -f;
      case CLAMP -> value - f;
      case STEER -> value;
    };
  }
}
