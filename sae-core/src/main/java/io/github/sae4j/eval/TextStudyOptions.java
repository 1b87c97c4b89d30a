package io.github.sae4j.eval;

import io.github.sae4j.store.OnNonFinite;
import java.util.Objects;
import java.util.Optional;

/**
 * How many texts to read, and what to keep of them.
 *
 * @param maxTexts texts to read; of more, a random sample is taken
 * @param contexts strongest contexts to keep for each latent
 * @param batchRows rows encoded at a time, about
 * @param seed of the sample, of its halves and of the random dictionary
 * @param shares which concepts of the texts are tested; empty to let the texts decide ({@link
 *     TextConcepts#of})
 * @param onNonFinite whether rows that hold NaN or infinity are left out of their texts or refused
 */
public record TextStudyOptions(
    int maxTexts,
    int contexts,
    int batchRows,
    long seed,
    Optional<ConceptShares> shares,
    OnNonFinite onNonFinite) {
  /** 40,000 texts, 8 contexts, every row finite. */
  public static final TextStudyOptions DEFAULT =
      new TextStudyOptions(40_000, 8, 4096, 1, Optional.empty(), OnNonFinite.FAIL);

  public TextStudyOptions {
    requirePositive("maxTexts", maxTexts);
    requirePositive("contexts", contexts);
    requirePositive("batchRows", batchRows);
    Objects.requireNonNull(shares, "shares");
    Objects.requireNonNull(onNonFinite, "onNonFinite");
  }

  /** The same with another number of texts. */
  public TextStudyOptions withMaxTexts(int texts) {
    return new TextStudyOptions(texts, contexts, batchRows, seed, shares, onNonFinite);
  }

  /** The same with a fixed choice of concepts. */
  public TextStudyOptions withShares(ConceptShares wanted) {
    return new TextStudyOptions(
        maxTexts, contexts, batchRows, seed, Optional.of(wanted), onNonFinite);
  }

  /** The same with another way with rows that are not finite. */
  public TextStudyOptions withOnNonFinite(OnNonFinite way) {
    return new TextStudyOptions(maxTexts, contexts, batchRows, seed, shares, way);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }
}
