package io.github.sae4j.examples.language;

import io.github.sae4j.network.ExampleText;
import io.github.sae4j.store.TextRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * A text as a model reads it: at step 0 the edge, then a word a step. It predicts the word of the
 * next step, and after the last the edge.
 *
 * @param record the text itself
 * @param words what is read at each step
 */
record Gloss(TextRecord record, List<Step> words) implements ExampleText {

  /**
   * A word by its index in the vocabulary, and its place in the text; the edge has none.
   *
   * @param start first character
   * @param end character after the last
   */
  record Step(int index, int start, int end) {}

  /**
   * Reads a text.
   *
   * @param most words that are read
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

  /** What is read at a step. */
  int input(int step) {
    return words.get(step).index();
  }

  /** What is to be predicted there. */
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
