package io.github.sae4j.eval;

import java.util.List;

/**
 * The concepts that were tested, and those that were left out.
 *
 * @param texts number of texts read
 * @param tested number of concepts tested
 * @param fractions the range that decided which concepts were tested
 * @param widened whether {@link ConceptFractions#USUAL} would have left out every concept, so all
 *     were tested instead
 * @param tooRare concepts carried by too few texts, in order of name
 * @param tooCommon concepts carried by too many texts, or by all of them, in order of name
 */
public record ConceptSelection(
    int texts,
    int tested,
    ConceptFractions fractions,
    boolean widened,
    List<Carried> tooRare,
    List<Carried> tooCommon) {

  /**
   * A concept and the number of texts that carry it.
   *
   * @param concept the concept's name
   * @param texts number of texts that carry it
   */
  public record Carried(String concept, int texts) {}

  public ConceptSelection {
    tooRare = List.copyOf(tooRare);
    tooCommon = List.copyOf(tooCommon);
  }

  /** Returns the number of concepts that were left out. */
  public int leftOut() {
    return tooRare.size() + tooCommon.size();
  }
}
