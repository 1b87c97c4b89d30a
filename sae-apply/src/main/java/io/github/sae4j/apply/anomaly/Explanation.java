package io.github.sae4j.apply.anomaly;

import java.util.List;

/**
 * What the scores of a row are due to.
 *
 * @param dimensions the dimensions with the largest errors, the largest first
 * @param latents the latents whose state is the most surprising, the most surprising first
 */
public record Explanation(List<Dimension> dimensions, List<Latent> latents) {
  public Explanation {
    dimensions = List.copyOf(dimensions);
    latents = List.copyOf(latents);
  }

  /**
   * A dimension of the row.
   *
   * @param dimension its number, from 0
   * @param value the row's value
   * @param reconstruction the SAE's
   * @param part its part of the squared error, 0 to 1
   */
  public record Dimension(int dimension, float value, float reconstruction, double part) {}

  /**
   * A latent.
   *
   * @param latent its number, from 0
   * @param activation its activation; 0 if it is not active
   * @param rate its rate in training; see {@link LatentRates}
   * @param surprise what it adds to the surprise, in nats
   */
  public record Latent(int latent, float activation, double rate, double surprise) {

    /** Returns whether the latent is active; otherwise it is missed. */
    public boolean isActive() {
      return activation != 0;
    }
  }
}
