/**
 * Training: {@link io.github.sae4j.train.Trainer} streams shuffled rows through a one-layer DL4J
 * network, logs what happens and leaves checkpoints that a later run continues bit for bit.
 */
package io.github.sae4j.train;
