/**
 * The DL4J boundary: {@link io.github.sae4j.layer.SaeLayer}, a sparse autoencoder as a layer of any
 * DL4J network, and {@link io.github.sae4j.layer.ActivityRegularization}, a penalty on the output
 * of the preceding layer.
 */
package io.github.sae4j.layer;
