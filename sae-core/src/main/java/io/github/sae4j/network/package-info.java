/** Reads and replaces the activations of Deeplearning4j networks, and measures the effect. */
package io.github.sae4j.network;
