package io.github.sae4j.eval;

import java.util.List;

/**
 * How much of what texts are about the latents of a dictionary find.
 *
 * @param concepts distinct concepts that some latent matches on held-out texts: with {@code F1 ≥
 *     0.5}, or more for a common concept ({@link TextConcepts#neededF1})
 * @param latents latents that match one so
 */
public record ConceptSummary(int concepts, int latents) {
  /** The least F1 with which a latent matches a concept. */
  public static final double MATCHED_F1 = 0.5;

  static ConceptSummary of(List<ConceptMatch> matches) {
    List<ConceptMatch> found = matches.stream().filter(ConceptMatch::isMatch).toList();
    long concepts = found.stream().map(ConceptMatch::concept).distinct().count();
    return new ConceptSummary((int) concepts, found.size());
  }
}
