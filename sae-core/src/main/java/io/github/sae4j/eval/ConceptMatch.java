package io.github.sae4j.eval;

/**
 * The concept that a latent separates best: an automatic label.
 *
 * @param latent the latent's index
 * @param concept the concept's name
 * @param threshold a text is predicted to carry the concept if its score is positive and at least
 *     this
 * @param precision fraction of the predicted texts that carry the concept, on the held-out half
 * @param recall fraction of the texts with the concept that are predicted, on the held-out half
 * @param f1 harmonic mean of precision and recall, on the held-out half
 * @param f1Chosen F1 on the half used to choose concept and threshold; biased upwards by that
 *     choice
 * @param texts number of texts in both halves that carry the concept
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
   * Returns whether the latent separates held-out texts with the concept from the others well
   * enough.
   */
  public boolean isMatch() {
    return f1 >= neededF1;
  }
}
