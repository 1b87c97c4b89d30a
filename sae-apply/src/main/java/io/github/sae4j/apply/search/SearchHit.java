package io.github.sae4j.apply.search;

import java.util.List;

/**
 * A text that was found.
 *
 * @param id its id in the dump
 * @param text the text
 * @param score cosine of its code and the query's, in [0, 1]
 * @param shared the latents that both have, from the one that adds most to the score
 */
public record SearchHit(String id, String text, double score, List<Shared> shared) {
  /**
   * A latent that is active in query and text.
   *
   * @param latent its index
   * @param part what it adds to the score
   */
  public record Shared(int latent, double part) {}

  public SearchHit {
    shared = List.copyOf(shared);
  }
}
