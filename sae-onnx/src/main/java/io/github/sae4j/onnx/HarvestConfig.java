package io.github.sae4j.onnx;

import io.github.sae4j.engine.Device;
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
 * @param maxTokens the maximum number of tokens per text, special tokens included; longer texts are
 *     cut off. If the graph shows how many positions the model has, a larger limit is refused,
 *     except for {@link #DEFAULT_MAX_TOKENS}, which is lowered instead
 * @param tokensPerBatch texts of about equal length are batched up to this many tokens, padding
 *     included; a longer text gets a batch to itself. Affects only speed
 * @param keepSpecialTokens whether rows of special tokens such as [CLS] and [SEP] are kept
 * @param threads number of batches run concurrently, each on one thread
 * @param maxRows harvesting stops before the text that would exceed this number of rows
 * @param maxTexts harvesting stops after this many texts
 * @param device where the model runs. A GPU needs ONNX Runtime's CUDA provider, which replaces
 *     {@code onnxruntime} by {@code onnxruntime_gpu} on the class path; its values differ from the
 *     CPU's by rounding
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
    long maxTexts,
    Device device) {

  public static final int DEFAULT_MAX_TOKENS = 512;

  /** Fewer tokens would leave no room between the special tokens. */
  public static final int LEAST_TOKENS = 4;

  /**
   * Between 128 and 4,096 tokens, 256 and 512 take the least processor time on WordNet's glosses
   * with all-MiniLM-L6-v2 (4,096 takes a third more), as a batch's activations then stay in cache.
   */
  public static final int DEFAULT_TOKENS_PER_BATCH = 512;

  /**
   * Returns the maximum number of tokens per text for this model.
   *
   * @throws IllegalArgumentException if the configured limit exceeds the model's positions
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

  /** No limit, for {@link #maxRows} and {@link #maxTexts}. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  public HarvestConfig {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(tokenizer, "tokenizer");
    tensors = List.copyOf(tensors);
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("no tensor to harvest was given");
    }
    if (Set.copyOf(tensors).size() < tensors.size()) {
      throw new IllegalArgumentException("a tensor is given twice: " + tensors);
    }
    Objects.requireNonNull(device, "device");
    requireAtLeast(LEAST_TOKENS, maxTokens, "--max-tokens");
    requireAtLeast(1, tokensPerBatch, "--tokens-per-batch");
    requireAtLeast(1, threads, "threads");
    requireAtLeast(1, maxRows, "maxRows");
    requireAtLeast(1, maxTexts, "--max-texts");
  }

  /** A configuration for a GPU if the build and the machine have one, otherwise for the CPU. */
  public HarvestConfig(
      Path model,
      Path tokenizer,
      List<String> tensors,
      int maxTokens,
      int tokensPerBatch,
      boolean keepSpecialTokens,
      int threads,
      long maxRows,
      long maxTexts) {
    this(
        model,
        tokenizer,
        tensors,
        maxTokens,
        tokensPerBatch,
        keepSpecialTokens,
        threads,
        maxRows,
        maxTexts,
        Device.AUTO);
  }

  /** Returns the same configuration for at most this many texts. */
  public HarvestConfig withMaxTexts(long texts) {
    return with(keepSpecialTokens, texts, device);
  }

  /** Returns the same configuration with or without rows of special tokens. */
  public HarvestConfig withSpecialTokens(boolean kept) {
    return with(kept, maxTexts, device);
  }

  /** Returns the same configuration for another device. */
  public HarvestConfig on(Device other) {
    return with(keepSpecialTokens, maxTexts, other);
  }

  private HarvestConfig with(boolean specialTokens, long texts, Device where) {
    return new HarvestConfig(
        model,
        tokenizer,
        tensors,
        maxTokens,
        tokensPerBatch,
        specialTokens,
        threads,
        maxRows,
        texts,
        where);
  }

  /**
   * Returns a configuration for texts of up to 512 tokens, without special tokens, on all
   * processors.
   */
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
