package io.github.sae4j.eval;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Chooses a concept and a threshold for a latent: goes through its texts once, from the highest
 * score down, counts the concepts, and compares F1 at each candidate threshold relative to the F1
 * that the concept needs for a match. Ties go to the higher threshold, then to the concept seen
 * first. Not thread-safe: use one sweep per thread.
 */
final class ConceptSweep {
  /** Quantiles of the positive scores to try as thresholds, before 0. */
  private static final double[] QUANTILES = {.99, .98, .95, .9, .75, .5, .25};

  private final TextConcepts concepts;
  private final int[] totals;
  private final double[] needed;
  private final int[] hits;
  private final int[] met;
  private int metCount;

  /**
   * @param totals number of texts with each concept in the choosing half
   */
  ConceptSweep(TextConcepts concepts, int[] totals) {
    this.concepts = concepts;
    this.totals = totals;
    this.needed = IntStream.range(0, concepts.size()).mapToDouble(concepts::neededF1).toArray();
    this.hits = new int[concepts.size()];
    this.met = new int[concepts.size()];
  }

  /**
   * A concept, the smallest score that predicts it, and its F1 in the choosing half, both absolute
   * and relative to what a match needs.
   */
  record Choice(int concept, float threshold, double f1, double relative) {}

  /**
   * Chooses a concept from the texts of the choosing half.
   *
   * @param ascending {@code score bits << 32 | text}, sorted
   * @return empty if the texts carry no concept
   */
  Optional<Choice> choose(long[] ascending) {
    forget();
    Choice best = null;
    int next = ascending.length;
    for (double quantile : QUANTILES) {
      if (ascending.length == 0) {
        break;
      }
      int rank = Math.min(ascending.length - 1, (int) (quantile * ascending.length));
      float threshold = score(ascending[rank]);
      next = count(ascending, next, threshold);
      best = better(best, threshold, ascending.length - next);
    }
    next = count(ascending, next, 0);
    return Optional.ofNullable(better(best, 0, ascending.length - next));
  }

  /** Counts the texts before {@code next} whose score is at least the threshold. */
  private int count(long[] ascending, int next, float threshold) {
    int at = next;
    while (at > 0 && score(ascending[at - 1]) >= threshold) {
      at--;
      for (int concept : concepts.of((int) ascending[at])) {
        if (hits[concept]++ == 0) {
          met[metCount++] = concept;
        }
      }
    }
    return at;
  }

  private Choice better(Choice bestOrNull, float threshold, int taken) {
    Choice better = bestOrNull;
    for (int i = 0; i < metCount; i++) {
      int concept = met[i];
      double f1 = 2.0 * hits[concept] / (taken + totals[concept]);
      double relative = f1 / needed[concept];
      if (better == null || relative > better.relative()) {
        better = new Choice(concept, threshold, f1, relative);
      }
    }
    return better;
  }

  private void forget() {
    for (int i = 0; i < metCount; i++) {
      hits[met[i]] = 0;
    }
    metCount = 0;
  }

  private static float score(long key) {
    return Float.intBitsToFloat((int) (key >>> 32));
  }
}
