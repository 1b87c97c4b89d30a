/**
 * The numerical engine: {@link io.github.sae4j.engine.Codes}, a batch of latent activations, and
 * {@link io.github.sae4j.engine.Engine}, the five primitives that all variants are built from.
 */
package io.github.sae4j.engine;
