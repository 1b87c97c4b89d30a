/**
 * Sparse autoencoders for the JVM. Read {@link io.github.sae4j.SparseAutoencoder} first: a
 * dictionary that encodes activations into a few latents and decodes them again.
 */
package io.github.sae4j;
