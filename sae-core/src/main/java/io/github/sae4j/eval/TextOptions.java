package io.github.sae4j.eval;

/**
 * How many texts to read, and what to keep of them.
 *
 * @param maxTexts texts to read; of more, a random sample is taken
 * @param contexts strongest contexts to keep for each latent
 * @param batchRows rows encoded at a time, about
 * @param seed of the sample, of its halves and of the random dictionary
 */
public record TextOptions(int maxTexts, int contexts, int batchRows, long seed) {
  /** 40,000 texts, 8 contexts. */
  public static final TextOptions DEFAULT = new TextOptions(40_000, 8, 4096, 1);

  public TextOptions {
    requirePositive("maxTexts", maxTexts);
    requirePositive("contexts", contexts);
    requirePositive("batchRows", batchRows);
  }

  /** The same with another number of texts. */
  public TextOptions withMaxTexts(int texts) {
    return new TextOptions(texts, contexts, batchRows, seed);
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, got " + value);
    }
  }
}
