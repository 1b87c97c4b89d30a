/**
 * The maths of sparse autoencoders: each variant's rule of selection and sparsity loss in a file of
 * its own, and {@link io.github.sae4j.variant.Objective}, the loss and its gradients, written in
 * the engine's primitives.
 */
package io.github.sae4j.variant;
