/**
 * The studies that sparse autoencoders began with: edges from natural images ({@link
 * io.github.sae4j.examples.classic.NaturalImages}), strokes from handwritten digits ({@link
 * io.github.sae4j.examples.classic.DigitStrokes}), and a classifier that learns from unlabelled
 * digits ({@link io.github.sae4j.examples.classic.SelfTaught}). {@code scripts/classic.sh} runs
 * them, docs/classic.md says what they found.
 */
package io.github.sae4j.examples.classic;
