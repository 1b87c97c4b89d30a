package io.github.sae4j.eval;

import java.util.List;

/**
 * The labels of a dictionary's latents, and how they compare with two baselines.
 *
 * @param matches one match per labelled latent, in latent order
 * @param sae the concepts found by the dictionary
 * @param neurons the concepts found by the model's own neurons, with each sign as a latent of its
 *     own
 * @param random the concepts found by a random dictionary of the same size and L0
 */
public record ConceptFindings(
    List<ConceptMatch> matches, ConceptSummary sae, ConceptSummary neurons, ConceptSummary random) {

  public ConceptFindings {
    matches = List.copyOf(matches);
  }
}
