package io.github.sae4j.eval;

import java.util.List;

/**
 * How much of what texts are about the latents of a dictionary find.
 *
 * @param concepts distinct concepts that some latent matches with {@code F1 ≥ 0.5} on held-out
 *     texts
 * @param latents latents that match one so
 */
public record ConceptSummary(int concepts, int latents) {
  /** The F1 from which on a latent is said to match its concept. */
  public static final double MATCHED_F1 = 0.5;

  static ConceptSummary of(List<ConceptMatch> matches) {
    List<ConceptMatch> found = matches.stream().filter(match -> match.f1() >= MATCHED_F1).toList();
    long concepts = found.stream().map(ConceptMatch::concept).distinct().count();
    return new ConceptSummary((int) concepts, found.size());
  }
}
