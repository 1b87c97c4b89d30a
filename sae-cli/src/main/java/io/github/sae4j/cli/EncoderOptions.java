package io.github.sae4j.cli;

import io.github.sae4j.format.KebabCase;
import io.github.sae4j.pursuit.Pursuit;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whose codes {@code sae eval} measures. */
final class EncoderOptions {
  /** Ways to find codes, by the names that people type. */
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
          "${COMPLETION-CANDIDATES} (default: own). A pursuit ignores the encoder, searches the"
              + " decoder for the best latents one by one, and is shown beside the SAE's own"
              + " encoder; the orthogonal one fits all activations again at each step.")
  private Kind encoder = Kind.OWN;

  @Option(
      names = "--k",
      paramLabel = "K",
      description = "Steps of the pursuit a row: the most latents that may be active.")
  @Within(from = 1)
  private Integer k;

  @Option(names = "--signed", description = "Let the pursuit's activations be negative too.")
  private boolean signed;

  /**
   * The pursuit that is asked for, if one is.
   *
   * @throws IllegalArgumentException if the options do not go together
   */
  Optional<Pursuit> pursuit() {
    if (encoder == Kind.OWN) {
      if (k != null || signed) {
        throw new IllegalArgumentException(
            (k != null ? "--k" : "--signed")
                + " is for --encoder pursuit or orthogonal-pursuit; the SAE's own encoder knows"
                + " how many latents it lets through");
      }
      return Optional.empty();
    }
    if (k == null) {
      throw new IllegalArgumentException(
          "--encoder "
              + encoder
              + " needs --k: the most latents a row may have; the SAE's own L0 makes a fair"
              + " comparison");
    }
    return Optional.of(new Pursuit(encoder.pursuit, k, signed));
  }

  /**
   * The pursuit in a dictionary.
   *
   * @throws IllegalArgumentException if there are fewer latents than it is to find
   */
  Optional<Pursuit> pursuit(int nLatents) {
    if (k != null && k > nLatents) {
      throw new IllegalArgumentException(
          "--k must be at most the number of latents, %,d, got %,d".formatted(nLatents, k));
    }
    return pursuit();
  }
}
