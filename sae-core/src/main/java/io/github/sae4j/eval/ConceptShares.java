package io.github.sae4j.eval;

/**
 * Between which shares of the texts, both inclusive, a concept must be carried to be tested.
 *
 * @param least share of the texts, 0 to 1
 * @param most share of the texts, {@code least} to 1
 */
public record ConceptShares(double least, double most) {
  /** 0.1 % to 5 %: what a hierarchy of concepts such as WordNet's has between rare and vague. */
  public static final ConceptShares USUAL = new ConceptShares(0.001, 0.05);

  /** Every concept that some texts carry and others do not. */
  public static final ConceptShares ANY = new ConceptShares(0, 1);

  public ConceptShares {
    if (!(least >= 0 && least <= most && most <= 1)) {
      throw new IllegalArgumentException(
          "shares of texts must lie between 0 and 1, the least first, got %s to %s"
              .formatted(least, most));
    }
  }

  boolean isTooRare(int carrying, int texts) {
    return carrying < least * texts;
  }

  /** A concept of every text is too common for any shares: nothing is without it. */
  boolean isTooCommon(int carrying, int texts) {
    return carrying > most * texts || carrying == texts;
  }
}
