package io.github.sae4j.onnx;

/**
 * What a harvest gave.
 *
 * @param texts texts read
 * @param rows rows of each tensor
 * @param tokens tokens that went through the model, special tokens included, padding not
 * @param truncatedTexts texts that were cut off at the limit of tokens
 * @param seconds wall-clock time
 */
public record HarvestReport(
    long texts, long rows, long tokens, long truncatedTexts, double seconds) {}
