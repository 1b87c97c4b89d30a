package io.github.sae4j.eval;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The concepts that texts carry, as far as they are neither too rare nor too common to be matched:
 * an always-active latent would "explain" a concept that most texts have. Concepts are numbered in
 * the order of their names.
 */
public final class TextConcepts {
  /** A concept counts from this share of the texts … */
  public static final double MIN_PREVALENCE = 0.001;

  /** … up to this one, both inclusive. */
  public static final double MAX_PREVALENCE = 0.05;

  private final List<String> names;
  private final int[] totals;
  private final int[][] conceptsOf;

  private TextConcepts(List<String> names, int[] totals, int[][] conceptsOf) {
    this.names = names;
    this.totals = totals;
    this.conceptsOf = conceptsOf;
  }

  /**
   * Chooses the concepts that count.
   *
   * @param conceptsOfTexts for each text its concepts
   */
  public static TextConcepts of(List<List<String>> conceptsOfTexts) {
    Map<String, Integer> counts = new TreeMap<>();
    for (List<String> concepts : conceptsOfTexts) {
      new TreeSet<>(concepts).forEach(name -> counts.merge(name, 1, Integer::sum));
    }
    int texts = conceptsOfTexts.size();
    counts.values().removeIf(n -> n < MIN_PREVALENCE * texts || n > MAX_PREVALENCE * texts);
    List<String> names = List.copyOf(counts.keySet());
    Map<String, Integer> numbers = new TreeMap<>();
    names.forEach(name -> numbers.put(name, numbers.size()));
    int[][] conceptsOf = new int[texts][];
    for (int text = 0; text < texts; text++) {
      conceptsOf[text] =
          conceptsOfTexts.get(text).stream()
              .distinct()
              .filter(numbers::containsKey)
              .mapToInt(numbers::get)
              .sorted()
              .toArray();
    }
    int[] totals = names.stream().mapToInt(counts::get).toArray();
    return new TextConcepts(names, totals, conceptsOf);
  }

  public int texts() {
    return conceptsOf.length;
  }

  /** Number of concepts that count. */
  public int size() {
    return names.size();
  }

  public String name(int concept) {
    return names.get(concept);
  }

  /** Number of texts that carry the concept. */
  public int textsWith(int concept) {
    return totals[concept];
  }

  /** The concepts of a text, ascending; shared, not to be written to. */
  int[] of(int text) {
    return conceptsOf[text];
  }
}
