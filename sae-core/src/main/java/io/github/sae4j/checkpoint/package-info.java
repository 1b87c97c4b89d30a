/**
 * Reads and writes trained dictionaries, by default in the layout of SAELens: {@code cfg.json} and
 * {@code sae_weights.safetensors}.
 */
package io.github.sae4j.checkpoint;
