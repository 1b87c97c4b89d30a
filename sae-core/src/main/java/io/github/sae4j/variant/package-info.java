/**
 * The mathematics of sparse autoencoders: one file per variant with its selection rule and sparsity
 * loss, and {@link io.github.sae4j.variant.Objective}, which computes the loss and its gradients
 * with the engine's primitives.
 */
package io.github.sae4j.variant;
