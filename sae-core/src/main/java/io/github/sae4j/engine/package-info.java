/**
 * The numerical engine: {@link io.github.sae4j.engine.Codes}, a batch of latent activations, and
 * {@link io.github.sae4j.engine.Engine}, the five primitives of which every variant is made.
 */
package io.github.sae4j.engine;
