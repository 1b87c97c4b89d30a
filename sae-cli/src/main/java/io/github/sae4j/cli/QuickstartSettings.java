package io.github.sae4j.cli;

/**
 * What a quick start was asked for. Only a run with equal settings goes on where another stopped.
 *
 * @param maxTexts texts that are harvested, at most
 * @param latents width of the dictionary
 * @param k active latents a row
 * @param epochs passes over the rows
 * @param seed of the order of the texts, the first weights, the order of the rows and the samples
 */
record QuickstartSettings(long maxTexts, int latents, int k, double epochs, long seed) {}
