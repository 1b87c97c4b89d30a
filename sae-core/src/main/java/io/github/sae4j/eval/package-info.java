/**
 * Measures how good a dictionary is and what its latents mean. {@link
 * io.github.sae4j.eval.Evaluator} measures reconstruction and densities over rows; {@link
 * io.github.sae4j.eval.TextStudy} reads texts and finds each latent's strongest contexts and, if
 * the texts carry concepts, the concept it separates best. For joined rows, {@link
 * io.github.sae4j.eval.PartMetrics} measures each part and {@link
 * io.github.sae4j.eval.DecoderNorms} shows which part each latent belongs to. {@link
 * io.github.sae4j.eval.Recovery} compares a dictionary with known features.
 */
package io.github.sae4j.eval;
