package io.github.sae4j.onnx;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What to harvest, and how.
 *
 * @param model the ONNX file
 * @param tokenizer the model's tokenizer.json
 * @param tensors names of the tensors to harvest, each of floats {@code [batch, sequence, width]}
 * @param maxTokens most tokens of a text, special tokens included; longer texts are cut off. More
 *     than the model has positions for are refused, where its graph shows how many, but for {@link
 *     #DEFAULT_MAX_TOKENS}, which gives way to fewer
 * @param tokensPerBatch texts of about equal length are batched up to this many tokens, padding
 *     included; a single longer text still makes a batch. Changes speed only
 * @param keepSpecialTokens whether rows of special tokens such as [CLS] and [SEP] are kept
 * @param threads number of batches that run at a time, each on one thread
 * @param maxRows harvesting stops before the text that would give more rows than this
 * @param maxTexts harvesting stops after this many texts
 */
public record HarvestConfig(
    Path model,
    Path tokenizer,
    List<String> tensors,
    int maxTokens,
    int tokensPerBatch,
    boolean keepSpecialTokens,
    int threads,
    long maxRows,
    long maxTexts) {

  public static final int DEFAULT_MAX_TOKENS = 512;

  /** Fewer leave no room for a text beside the special tokens around it. */
  public static final int LEAST_TOKENS = 4;

  /**
   * Of 128 to 4,096, 256 and 512 cost the least processor time for WordNet's glosses through
   * all-MiniLM-L6-v2 (4,096 a third more): the activations of a batch then stay in cache.
   */
  public static final int DEFAULT_TOKENS_PER_BATCH = 512;

  /**
   * Most tokens of a text for this model.
   *
   * @throws IllegalArgumentException if more are asked for than it has positions
   */
  int maxTokens(OptionalLong positions) {
    if (positions.isEmpty() || positions.getAsLong() >= maxTokens) {
      return maxTokens;
    }
    if (maxTokens != DEFAULT_MAX_TOKENS) {
      throw new IllegalArgumentException(
          "%s has positions for %,d tokens, so --max-tokens cannot be %,d"
              .formatted(model, positions.getAsLong(), maxTokens));
    }
    return Math.toIntExact(positions.getAsLong());
  }

  /** For {@link #maxRows} and {@link #maxTexts}. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  public HarvestConfig {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(tokenizer, "tokenizer");
    tensors = List.copyOf(tensors);
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("no tensor to harvest is named");
    }
    if (Set.copyOf(tensors).size() < tensors.size()) {
      throw new IllegalArgumentException("a tensor is named twice: " + tensors);
    }
    requireAtLeast(LEAST_TOKENS, maxTokens, "--max-tokens");
    requireAtLeast(1, tokensPerBatch, "--tokens-per-batch");
    requireAtLeast(1, threads, "threads");
    requireAtLeast(1, maxRows, "maxRows");
    requireAtLeast(1, maxTexts, "--max-texts");
  }

  /** All texts whole up to 512 tokens, without special tokens, on every processor. */
  public static HarvestConfig of(Path model, Path tokenizer, List<String> tensors) {
    return new HarvestConfig(
        model,
        tokenizer,
        tensors,
        DEFAULT_MAX_TOKENS,
        DEFAULT_TOKENS_PER_BATCH,
        false,
        Runtime.getRuntime().availableProcessors(),
        NO_LIMIT,
        NO_LIMIT);
  }

  private static void requireAtLeast(long least, long value, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", got " + value);
    }
  }
}
