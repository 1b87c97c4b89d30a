/**
 * The DL4J boundary: {@link io.github.sae4j.layer.SaeLayer}, a sparse autoencoder as a layer of any
 * DL4J network, and {@link io.github.sae4j.layer.ActivityRegularization}, an L1 penalty on whatever
 * the layer before it puts out.
 */
package io.github.sae4j.layer;
