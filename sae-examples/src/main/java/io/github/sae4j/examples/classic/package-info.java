/**
 * The studies that sparse autoencoders started with: edges from natural images ({@link
 * io.github.sae4j.examples.classic.NaturalImages}), strokes from handwritten digits ({@link
 * io.github.sae4j.examples.classic.DigitStrokes}), and a classifier that benefits from unlabelled
 * digits ({@link io.github.sae4j.examples.classic.SelfTaught}). {@code scripts/classic.sh} runs
 * them; docs/classic.md reports the results.
 */
package io.github.sae4j.examples.classic;
