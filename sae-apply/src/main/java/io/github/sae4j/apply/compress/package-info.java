/** Streams of activations or embeddings as quantised sparse codes: the format {@code .saez}. */
package io.github.sae4j.apply.compress;
