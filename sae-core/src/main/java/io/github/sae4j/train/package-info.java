/**
 * Training: {@link io.github.sae4j.train.Trainer} streams shuffled rows through a one-layer DL4J
 * network, logs metrics and writes checkpoints from which a run can be resumed bit for bit.
 */
package io.github.sae4j.train;
