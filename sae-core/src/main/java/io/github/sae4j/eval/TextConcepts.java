package io.github.sae4j.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tested concepts of a set of texts, numbered in order of name. An always-active latent would
 * "explain" a concept that most texts have, so the more common a concept is, the higher the F1 that
 * counts as a match ({@link #neededF1}).
 */
final class TextConcepts {
  private final List<String> names;
  private final int[] totals;
  private final int[][] conceptsOf;
  private final ConceptSelection selection;

  private TextConcepts(
      List<String> names, int[] totals, int[][] conceptsOf, ConceptSelection selection) {
    this.names = names;
    this.totals = totals;
    this.conceptsOf = conceptsOf;
    this.selection = selection;
  }

  /**
   * Chooses the concepts to test.
   *
   * @param conceptsOfTexts the concepts of each text
   * @param asked the range of text frequencies; if empty, {@link ConceptFractions#USUAL}, or {@link
   *     ConceptFractions#ANY} if that would leave out every concept
   */
  public static TextConcepts of(
      List<List<String>> conceptsOfTexts, Optional<ConceptFractions> asked) {
    Map<String, Integer> counts = new TreeMap<>();
    for (List<String> concepts : conceptsOfTexts) {
      new TreeSet<>(concepts).forEach(name -> counts.merge(name, 1, Integer::sum));
    }
    ConceptSelection selection = select(counts, conceptsOfTexts.size(), asked);
    selection.tooRare().forEach(left -> counts.remove(left.concept()));
    selection.tooCommon().forEach(left -> counts.remove(left.concept()));
    return numbered(conceptsOfTexts, counts, selection);
  }

  private static ConceptSelection select(
      Map<String, Integer> counts, int texts, Optional<ConceptFractions> asked) {
    ConceptSelection selection = select(counts, texts, asked.orElse(ConceptFractions.USUAL), false);
    boolean nothing = selection.tested() == 0 && !counts.isEmpty();
    return nothing && asked.isEmpty()
        ? select(counts, texts, ConceptFractions.ANY, true)
        : selection;
  }

  private static ConceptSelection select(
      Map<String, Integer> counts, int texts, ConceptFractions fractions, boolean widened) {
    List<ConceptSelection.Carried> rare = new ArrayList<>();
    List<ConceptSelection.Carried> common = new ArrayList<>();
    counts.forEach(
        (name, carrying) -> {
          if (fractions.isTooCommon(carrying, texts)) {
            common.add(new ConceptSelection.Carried(name, carrying));
          } else if (fractions.isTooRare(carrying, texts)) {
            rare.add(new ConceptSelection.Carried(name, carrying));
          }
        });
    int tested = counts.size() - rare.size() - common.size();
    return new ConceptSelection(texts, tested, fractions, widened, rare, common);
  }

  private static TextConcepts numbered(
      List<List<String>> conceptsOfTexts, Map<String, Integer> counts, ConceptSelection selection) {
    List<String> names = List.copyOf(counts.keySet());
    Map<String, Integer> numbers = new TreeMap<>();
    names.forEach(name -> numbers.put(name, numbers.size()));
    int[][] conceptsOf = new int[conceptsOfTexts.size()][];
    for (int text = 0; text < conceptsOf.length; text++) {
      conceptsOf[text] =
          conceptsOfTexts.get(text).stream()
              .distinct()
              .filter(numbers::containsKey)
              .mapToInt(numbers::get)
              .sorted()
              .toArray();
    }
    int[] totals = names.stream().mapToInt(counts::get).toArray();
    return new TextConcepts(names, totals, conceptsOf, selection);
  }

  public int texts() {
    return conceptsOf.length;
  }

  /** Returns the number of concepts tested. */
  public int size() {
    return names.size();
  }

  public String name(int concept) {
    return names.get(concept);
  }

  /** Returns the number of texts that carry the concept. */
  public int textsWith(int concept) {
    return totals[concept];
  }

  /** Returns which concepts were tested and which were left out. */
  public ConceptSelection selection() {
    return selection;
  }

  /**
   * Returns the F1 at which a latent matches the concept: {@link ConceptSummary#MATCHED_F1}, or
   * more if an always-active latent would come close to it. The F1 of such a latent is {@code a =
   * 2p / (1 + p)}, where p is the fraction of texts with the concept. The required F1 is √a,
   * half-way from a to 1 on a logarithmic scale, once that exceeds one half (from p = 1/7).
   */
  public double neededF1(int concept) {
    double fraction = (double) totals[concept] / texts();
    return Math.max(ConceptSummary.MATCHED_F1, Math.sqrt(2 * fraction / (1 + fraction)));
  }

  /** Returns the concepts of a text, ascending. The array is shared and must not be modified. */
  int[] of(int text) {
    return conceptsOf[text];
  }
}
