/** Activations and embeddings compressed by an SAE, beside methods that need none. */
package io.github.sae4j.examples.compression;
