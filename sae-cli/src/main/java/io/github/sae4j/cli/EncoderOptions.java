package io.github.sae4j.cli;

import io.github.sae4j.format.KebabCase;
import io.github.sae4j.pursuit.Pursuit;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Options for how codes are computed. */
final class EncoderOptions {
  /** Ways to compute codes, as named on the command line. */
  enum Kind {
    OWN(null),
    PURSUIT(Pursuit.Kind.MATCHING),
    ORTHOGONAL_PURSUIT(Pursuit.Kind.ORTHOGONAL);

    private final Pursuit.Kind pursuit; // null for none

    Kind(Pursuit.Kind pursuit) {
      this.pursuit = pursuit;
    }

    @Override
    public String toString() {
      return KebabCase.of(this);
    }
  }

  @Option(
      names = "--encoder",
      paramLabel = "NAME",
      description =
          "${COMPLETION-CANDIDATES} (default: own). A pursuit ignores the encoder and selects the best latents one by one from the decoder. An orthogonal pursuit refits all activations at each step.")
  private Kind encoder = Kind.OWN;

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "Pursuit steps per row, i.e. the maximum number of active latents.")
  @Within(from = 1)
  private Integer k;

  @Option(names = "--signed", description = "Allow negative activations in the pursuit.")
  private boolean signed;

  /**
   * Returns the requested pursuit, if any.
   *
   * @throws IllegalArgumentException if the options cannot be combined
   */
  Optional<Pursuit> pursuit() {
    if (encoder == Kind.OWN) {
      if (k != null || signed) {
        throw new IllegalArgumentException(
            (k != null ? "--k" : "--signed")
                + " needs --encoder pursuit or orthogonal-pursuit; the SAE's own encoder determines its number of active latents");
      }
      return Optional.empty();
    }
    if (k == null) {
      throw new IllegalArgumentException(
          "--encoder "
              + encoder
              + " needs --k, the maximum number of active latents per row; use the SAE's own L0 for a fair comparison");
    }
    return Optional.of(new Pursuit(encoder.pursuit, k, signed));
  }

  /**
   * Returns the pursuit for a dictionary.
   *
   * @throws IllegalArgumentException if the dictionary has fewer than k latents
   */
  Optional<Pursuit> pursuit(int nLatents) {
    if (k != null && k > nLatents) {
      throw new IllegalArgumentException(
          "--k must be at most the number of latents, %,d, got %,d".formatted(nLatents, k));
    }
    return pursuit();
  }
}
