package io.github.sae4j.examples.language;

import io.github.sae4j.store.TextRecord;
import io.github.sae4j.text.TextFields;
import io.github.sae4j.text.TextSource;
import io.github.sae4j.text.WordNetCorpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Training and held-out glosses, with the words that are frequent in the training glosses.
 *
 * @param vocabulary vocabulary of the training glosses
 */
record GlossCorpus(Vocabulary vocabulary, List<Gloss> training, List<Gloss> heldOut) {

  /** Returns the glosses of WordNet, in a fixed order. */
  static List<TextRecord> wordNet(Path jar, Path jsonl) throws IOException {
    WordNetCorpus.export(jar, jsonl, 1);
    List<TextRecord> texts = new ArrayList<>();
    try (TextSource source = TextSource.open(jsonl, TextFields.DEFAULTS)) {
      Optional<TextRecord> text = source.next();
      while (text.isPresent()) {
        texts.add(text.get());
        text = source.next();
      }
    }
    return texts;
  }

  /** Holds out the last texts. */
  static GlossCorpus of(List<TextRecord> texts, Setup setup) {
    if (texts.size() <= setup.heldOut()) {
      throw new IllegalArgumentException(
          "expected more than %,d texts, the number held out, found %,d"
              .formatted(setup.heldOut(), texts.size()));
    }
    List<TextRecord> training = texts.subList(0, texts.size() - setup.heldOut());
    Vocabulary vocabulary =
        Vocabulary.of(training.stream().map(TextRecord::text).toList(), setup.vocabulary());
    return new GlossCorpus(
        vocabulary,
        glosses(training, vocabulary),
        glosses(texts.subList(training.size(), texts.size()), vocabulary));
  }

  private static List<Gloss> glosses(List<TextRecord> texts, Vocabulary vocabulary) {
    return texts.stream().map(text -> Gloss.of(text, vocabulary, Setup.LONGEST)).toList();
  }

  /** Returns the number of words to predict in glosses, including their ends. */
  static long steps(List<Gloss> glosses) {
    return glosses.stream().mapToLong(Gloss::steps).sum();
  }

  /**
   * Returns the mean cross-entropy on the held-out glosses, in nats, of predicting each word by its
   * frequency in the training glosses, with one added to each count.
   */
  double unigramLoss() {
    long[] counts = new long[vocabulary.size()];
    for (Gloss gloss : training) {
      for (int step = 0; step < gloss.steps(); step++) {
        counts[gloss.target(step)]++;
      }
    }
    double total = Math.log((double) steps(training) + vocabulary.size());
    double loss = 0;
    for (Gloss gloss : heldOut) {
      for (int step = 0; step < gloss.steps(); step++) {
        loss += total - Math.log(counts[gloss.target(step)] + 1.0);
      }
    }
    return loss / steps(heldOut);
  }

  /** Returns the fraction of the held-out words that are not in the vocabulary. */
  double unknownFraction() {
    long unknown = 0;
    for (Gloss gloss : heldOut) {
      unknown += gloss.words().stream().filter(s -> s.index() == Vocabulary.UNKNOWN).count();
    }
    return (double) unknown / steps(heldOut);
  }
}
