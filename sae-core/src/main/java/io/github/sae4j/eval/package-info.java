/**
 * How good a dictionary is, and what its latents mean. {@link io.github.sae4j.eval.Evaluator}
 * measures reconstruction and densities over rows; {@link io.github.sae4j.eval.TextStudy} reads
 * texts and finds each latent's strongest contexts and, where texts carry concepts, the concept it
 * separates best. Of joined rows, {@link io.github.sae4j.eval.PartMetrics} measures each part and
 * {@link io.github.sae4j.eval.DecoderNorms} says to which part each latent belongs; {@link
 * io.github.sae4j.eval.Recovery} compares a dictionary with features that are known.
 */
package io.github.sae4j.eval;
