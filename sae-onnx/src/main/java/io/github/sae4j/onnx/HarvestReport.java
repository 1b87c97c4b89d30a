package io.github.sae4j.onnx;

import io.github.sae4j.text.TextFaults;

/**
 * What a harvest gave.
 *
 * @param texts texts that went into the model, or that have no token
 * @param rows rows of each tensor
 * @param tokens tokens that went through the model, special tokens included, padding not
 * @param truncatedTexts texts that were cut off at the limit of tokens
 * @param maxTokens that limit
 * @param faults what was wrong with texts, those that were left out included
 * @param seconds wall-clock time
 */
public record HarvestReport(
    long texts,
    long rows,
    long tokens,
    long truncatedTexts,
    int maxTokens,
    TextFaults faults,
    double seconds) {}
