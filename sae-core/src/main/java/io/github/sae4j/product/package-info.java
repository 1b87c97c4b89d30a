/**
 * The encoder's dense product, {@code x·W_enc + b_enc}, computed tile by tile: the only product of
 * a step that involves every latent.
 *
 * <p>Internal: other programs should use only {@link io.github.sae4j.product.Precision}; everything
 * else may change in any release.
 */
package io.github.sae4j.product;
