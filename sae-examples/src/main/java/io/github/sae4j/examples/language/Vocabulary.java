package io.github.sae4j.examples.language;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The most frequent words of some texts, each with an index. Index 0 is the edge of a text, which
 * precedes its first word and follows its last; index 1 stands for any unlisted word.
 */
final class Vocabulary {
  static final int EDGE = 0;
  static final int UNKNOWN = 1;
  private static final List<String> SPECIAL = List.of("<edge>", "<unknown>");

  private final List<String> words;
  private final Map<String, Integer> indices = new HashMap<>();

  private Vocabulary(List<String> words) {
    this.words = List.copyOf(words);
    for (int i = SPECIAL.size(); i < words.size(); i++) {
      indices.put(words.get(i), i);
    }
  }

  /**
   * Counts words.
   *
   * @param size maximum size, including edge and unknown words; ties go to the words that come
   *     first in the alphabet
   */
  static Vocabulary of(List<String> texts, int size) {
    Map<String, Integer> counts = new HashMap<>();
    for (String text : texts) {
      Words.of(text).forEach(word -> counts.merge(word.word(), 1, Integer::sum));
    }
    List<String> words = new ArrayList<>(SPECIAL);
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(size - SPECIAL.size())
        .forEach(entry -> words.add(entry.getKey()));
    return new Vocabulary(words);
  }

  int size() {
    return words.size();
  }

  String word(int index) {
    return words.get(index);
  }

  /** Returns the word's index, or {@link #UNKNOWN} if it is not listed. */
  int index(String word) {
    return indices.getOrDefault(word, UNKNOWN);
  }
}
