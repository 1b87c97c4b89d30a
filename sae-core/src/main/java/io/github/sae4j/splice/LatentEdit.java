package io.github.sae4j.splice;

import java.util.Objects;

/**
 * A change of one latent's activations f.
 *
 * @param latent its index
 * @param kind of change
 * @param value what {@code kind} needs
 */
public record LatentEdit(int latent, Kind kind, double value) {

  /** What becomes of f. */
  public enum Kind {
    /** 0. */
    ABLATE,
    /** The value, in every row. */
    CLAMP,
    /** The value more, in every row: steering. */
    STEER
  }

  public LatentEdit {
    Objects.requireNonNull(kind, "kind");
    if (latent < 0 || !Double.isFinite(value)) {
      throw new IllegalArgumentException("latent " + latent + " cannot become " + value);
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

  /** How much f changes. */
  double change(double f) {
    return switch (kind) {
      case ABLATE -> -f;
      case CLAMP -> value - f;
      case STEER -> value;
    };
  }
}
