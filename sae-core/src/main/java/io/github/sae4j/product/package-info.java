/**
 * The encoder's dense product, {@code x·W_enc + b_enc}, tile after tile: the one product of a step
 * that touches every latent.
 *
 * <p>Internal: other programs should use nothing of it but {@link
 * io.github.sae4j.product.Precision}; the rest may change in any release.
 */
package io.github.sae4j.product;
