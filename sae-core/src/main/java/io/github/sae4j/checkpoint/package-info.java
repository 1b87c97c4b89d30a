/**
 * Trained dictionaries on disk, in the layout of SAELens: {@code cfg.json} and {@code
 * sae_weights.safetensors}.
 */
package io.github.sae4j.checkpoint;
