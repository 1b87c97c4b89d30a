package io.github.sae4j.examples.language;

import io.github.sae4j.network.ExampleText;
import io.github.sae4j.store.TextRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * A text as a model reads it: the edge at step 0, then one word per step. It predicts the next
 * step's word and, after the last word, the edge.
 *
 * @param record the text itself
 * @param words the word read at each step
 */
record Gloss(TextRecord record, List<Step> words) implements ExampleText {

  /**
   * A word's index in the vocabulary and its position in the text; the edge has no position.
   *
   * @param start offset of its first character
   * @param end offset after its last character
   */
  record Step(int index, int start, int end) {}

  /**
   * Reads a text.
   *
   * @param most maximum number of words to read
   */
  static Gloss of(TextRecord record, Vocabulary vocabulary, int most) {
    List<Step> steps = new ArrayList<>();
    steps.add(new Step(Vocabulary.EDGE, 0, 0));
    List<Words.Word> words = Words.of(record.text());
    for (Words.Word word : words.subList(0, Math.min(most, words.size()))) {
      steps.add(new Step(vocabulary.index(word.word()), word.start(), word.end()));
    }
    return new Gloss(record, List.copyOf(steps));
  }

  int steps() {
    return words.size();
  }

  /** Returns the index read at a step. */
  int input(int step) {
    return words.get(step).index();
  }

  /** Returns the index to predict at a step. */
  int target(int step) {
    return step + 1 < steps() ? input(step + 1) : Vocabulary.EDGE;
  }

  @Override
  public int start(int position) {
    return words.get(position).start();
  }

  @Override
  public int end(int position) {
    return words.get(position).end();
  }
}
