package io.github.sae4j.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Finds for each latent the concept that its activation best separates from other texts. A text is
 * predicted to carry the concept if its score reaches a threshold: 0 (any activation) or a quantile
 * of the latent's positive scores. Concept and threshold are chosen by F1 on one half of the texts;
 * precision, recall and F1 are reported on the other half.
 */
final class ConceptMatcher {
  private static final int RANGES_PER_CORE = 8;

  private final TextConcepts concepts;
  private final BitSet choosing;
  private final int[] inChoosing;

  /**
   * Splits the texts into two random halves.
   *
   * @param seed seed of the split
   */
  public ConceptMatcher(TextConcepts concepts, long seed) {
    this(concepts, randomHalf(concepts.texts(), seed));
  }

  /**
   * @param choosing the texts used to choose concept and threshold; the rest are held out
   */
  ConceptMatcher(TextConcepts concepts, BitSet choosing) {
    this.concepts = Objects.requireNonNull(concepts, "concepts");
    this.choosing = choosing;
    this.inChoosing = new int[concepts.size()];
    for (int text = choosing.nextSetBit(0); text >= 0; text = choosing.nextSetBit(text + 1)) {
      for (int concept : concepts.of(text)) {
        inChoosing[concept]++;
      }
    }
  }

  private static BitSet randomHalf(int texts, long seed) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, texts).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    BitSet half = new BitSet(texts);
    order.subList(0, texts / 2).forEach(half::set);
    return half;
  }

  /**
   * Returns the best concept for every latent that fires on a text with a concept in the choosing
   * half, in latent order.
   *
   * @throws IllegalArgumentException if the scores cover a different number of texts
   */
  public List<ConceptMatch> match(TextScores scores) {
    if (scores.texts() != concepts.texts()) {
      throw new IllegalArgumentException(
          "expected scores for %d texts, got scores for %d"
              .formatted(concepts.texts(), scores.texts()));
    }
    int nLatents = scores.nLatents();
    int ranges = Math.min(nLatents, RANGES_PER_CORE * Runtime.getRuntime().availableProcessors());
    return IntStream.range(0, ranges)
        .parallel()
        .boxed()
        .flatMap(
            range ->
                matchRange(
                    scores,
                    (int) ((long) nLatents * range / ranges),
                    (int) ((long) nLatents * (range + 1) / ranges)))
        .toList();
  }

  private Stream<ConceptMatch> matchRange(TextScores scores, int from, int to) {
    ConceptSweep sweep = new ConceptSweep(concepts, inChoosing);
    return IntStream.range(from, to)
        .mapToObj(latent -> match(scores, latent, sweep))
        .flatMap(Optional::stream);
  }

  /** Returns nothing if none of the latent's texts in the choosing half carries a concept. */
  private Optional<ConceptMatch> match(TextScores scores, int latent, ConceptSweep sweep) {
    return sweep
        .choose(sortedChoosing(scores, latent))
        .map(choice -> judge(scores, latent, choice));
  }

  /**
   * Returns the latent's texts in the choosing half as {@code score bits << 32 | text}, ascending.
   */
  private long[] sortedChoosing(TextScores scores, int latent) {
    long[] keys = new long[scores.size(latent)];
    int count = 0;
    for (int i = 0; i < keys.length; i++) {
      int text = scores.text(latent, i);
      if (choosing.get(text)) {
        keys[count++] = ((long) Float.floatToIntBits(scores.score(latent, i)) << 32) | text;
      }
    }
    long[] sorted = Arrays.copyOf(keys, count);
    Arrays.sort(sorted);
    return sorted;
  }

  private ConceptMatch judge(TextScores scores, int latent, ConceptSweep.Choice choice) {
    int taken = 0;
    int right = 0;
    for (int i = 0; i < scores.size(latent); i++) {
      int text = scores.text(latent, i);
      if (!choosing.get(text) && scores.score(latent, i) >= choice.threshold()) {
        taken++;
        right += Arrays.binarySearch(concepts.of(text), choice.concept()) >= 0 ? 1 : 0;
      }
    }
    int carrying = concepts.textsWith(choice.concept()) - inChoosing[choice.concept()];
    return new ConceptMatch(
        latent,
        concepts.name(choice.concept()),
        choice.threshold(),
        taken == 0 ? 0 : (double) right / taken,
        carrying == 0 ? 0 : (double) right / carrying,
        taken + carrying == 0 ? 0 : 2.0 * right / (taken + carrying),
        choice.f1(),
        concepts.textsWith(choice.concept()),
        concepts.neededF1(choice.concept()));
  }
}
