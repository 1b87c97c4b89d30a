package io.github.sae4j.eval;

import java.util.List;

/**
 * How many concepts the latents of a dictionary find.
 *
 * @param concepts number of distinct concepts matched by some latent on held-out texts, with {@code
 *     F1 ≥ 0.5}, or more for a common concept ({@link TextConcepts#neededF1})
 * @param latents number of latents with such a match
 */
public record ConceptSummary(int concepts, int latents) {
  /** The smallest F1 that counts as a match. */
  public static final double MATCHED_F1 = 0.5;

  static ConceptSummary of(List<ConceptMatch> matches) {
    List<ConceptMatch> found = matches.stream().filter(ConceptMatch::isMatch).toList();
    long concepts = found.stream().map(ConceptMatch::concept).distinct().count();
    return new ConceptSummary((int) concepts, found.size());
  }
}
