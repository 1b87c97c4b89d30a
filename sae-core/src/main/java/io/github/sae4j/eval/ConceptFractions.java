package io.github.sae4j.eval;

/**
 * The range of text frequencies within which a concept is tested. Both ends are inclusive.
 *
 * @param least smallest fraction of the texts, in [0, 1]
 * @param most largest fraction of the texts, in [{@code least}, 1]
 */
public record ConceptFractions(double least, double most) {
  /**
   * 0.1 % to 5 %: in a concept hierarchy such as WordNet's, the range between too rare and too
   * vague.
   */
  public static final ConceptFractions USUAL = new ConceptFractions(0.001, 0.05);

  /** Every concept that some texts carry and others do not. */
  public static final ConceptFractions ANY = new ConceptFractions(0, 1);

  public ConceptFractions {
    if (!(least >= 0 && least <= most && most <= 1)) {
      throw new IllegalArgumentException(
          "fractions of texts must be in [0, 1], smallest first, got %s to %s"
              .formatted(least, most));
    }
  }

  boolean isTooRare(int carrying, int texts) {
    return carrying < least * texts;
  }

  /**
   * Returns whether too many texts carry a concept; one carried by every text always is too common.
   */
  boolean isTooCommon(int carrying, int texts) {
    return carrying > most * texts || carrying == texts;
  }
}
