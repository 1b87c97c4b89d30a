/**
 * The encoder's dense product, {@code x·W_enc + b_enc}, tile after tile: the one product of a step
 * that touches every latent.
 */
package io.github.sae4j.product;
