package io.github.sae4j.eval;

/**
 * The concept that a latent separates best: an automatic label.
 *
 * @param latent the latent
 * @param concept the concept's name
 * @param threshold a text is taken to carry the concept if its score is positive and at least this
 * @param precision share of the texts so taken that carry the concept, on the held-out half
 * @param recall share of the texts with the concept that are so taken, on the held-out half
 * @param f1 harmonic mean of the two, on the held-out half
 * @param f1Chosen F1 on the half on which concept and threshold were chosen, flattered by the
 *     choice
 * @param texts texts of both halves that carry the concept
 * @param neededF1 the F1 that counts as a match: {@link TextConcepts#neededF1}
 */
public record ConceptMatch(
    int latent,
    String concept,
    double threshold,
    double precision,
    double recall,
    double f1,
    double f1Chosen,
    int texts,
    double neededF1) {

  /**
   * Whether the latent separates the held-out texts with the concept from the others well enough.
   */
  public boolean isMatch() {
    return f1 >= neededF1;
  }
}
