package io.github.sae4j.eval;

import java.util.List;

/**
 * The labels of a dictionary's latents, and what they are worth.
 *
 * @param matches the label of each latent that has one, in the order of the latents
 * @param sae what the dictionary finds
 * @param neurons what the model's own neurons find, each with both signs
 * @param random what a random dictionary of the same size and L0 finds
 */
public record ConceptFindings(
    List<ConceptMatch> matches, ConceptSummary sae, ConceptSummary neurons, ConceptSummary random) {

  public ConceptFindings {
    matches = List.copyOf(matches);
  }
}
