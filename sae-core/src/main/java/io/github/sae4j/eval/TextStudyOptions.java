package io.github.sae4j.eval;

import io.github.sae4j.store.OnNonFinite;
import java.util.Objects;
import java.util.Optional;

/**
 * How many texts to read, and what to keep of them.
 *
 * @param maxTexts maximum number of texts to read; if there are more, a random sample is read
 * @param contexts number of strongest contexts to keep per latent
 * @param batchRows approximate number of rows encoded at a time
 * @param seed seed of the sample, its halves and the random dictionary
 * @param fractions which concepts of the texts are tested; empty to let the texts decide ({@link
 *     TextConcepts#of})
 * @param onNonFinite whether to skip or to reject rows that hold NaN or infinity
 */
public record TextStudyOptions(
    int maxTexts,
    int contexts,
    int batchRows,
    long seed,
    Optional<ConceptFractions> fractions,
    OnNonFinite onNonFinite) {
  /** Reads up to 40,000 texts, keeps 8 contexts per latent and requires finite rows. */
  public static final TextStudyOptions DEFAULT =
      new TextStudyOptions(40_000, 8, 4096, 1, Optional.empty(), OnNonFinite.FAIL);

  public TextStudyOptions {
    requirePositive("maxTexts", maxTexts);
    requirePositive("contexts", contexts);
    requirePositive("batchRows", batchRows);
    Objects.requireNonNull(fractions, "fractions");
    Objects.requireNonNull(onNonFinite, "onNonFinite");
  }

  /** Returns these options with another number of texts. */
  public TextStudyOptions withMaxTexts(int texts) {
    return new TextStudyOptions(texts, contexts, batchRows, seed, fractions, onNonFinite);
  }

  /** Returns these options with a fixed choice of concepts. */
  public TextStudyOptions withFractions(ConceptFractions wanted) {
    return new TextStudyOptions(
        maxTexts, contexts, batchRows, seed, Optional.of(wanted), onNonFinite);
  }

  /** Returns these options with a different treatment of rows that are not finite. */
  public TextStudyOptions withOnNonFinite(OnNonFinite way) {
    return new TextStudyOptions(maxTexts, contexts, batchRows, seed, fractions, way);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }
}
