package io.github.sae4j.onnx;

import io.github.sae4j.text.TextFaults;

/**
 * The result of a harvest.
 *
 * @param texts number of texts that went through the model or have no tokens
 * @param rows number of rows per tensor
 * @param tokens number of tokens that went through the model, including special tokens but not
 *     padding
 * @param truncatedTexts number of texts cut off at the token limit
 * @param maxTokens the limit
 * @param faults faults in texts, including those of skipped texts
 * @param seconds wall-clock time in seconds
 */
public record HarvestReport(
    long texts,
    long rows,
    long tokens,
    long truncatedTexts,
    int maxTokens,
    TextFaults faults,
    double seconds) {}
