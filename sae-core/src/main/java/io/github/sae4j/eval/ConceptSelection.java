package io.github.sae4j.eval;

import java.util.List;

/**
 * Which of the concepts that texts carry were tested, and which were left out.
 *
 * @param texts texts that were read
 * @param tested number of concepts tested
 * @param shares by which they were chosen
 * @param widened whether {@link ConceptShares#USUAL} would have left out every concept, so that all
 *     were tested
 * @param tooRare concepts carried by fewer texts than asked for, in the order of their names
 * @param tooCommon concepts carried by more, or by every text
 */
public record ConceptSelection(
    int texts,
    int tested,
    ConceptShares shares,
    boolean widened,
    List<Carried> tooRare,
    List<Carried> tooCommon) {

  /**
   * A concept and how many of the texts carry it.
   *
   * @param concept its name
   * @param texts that carry it
   */
  public record Carried(String concept, int texts) {}

  public ConceptSelection {
    tooRare = List.copyOf(tooRare);
    tooCommon = List.copyOf(tooCommon);
  }

  /** Number of concepts that were left out. */
  public int leftOut() {
    return tooRare.size() + tooCommon.size();
  }
}
