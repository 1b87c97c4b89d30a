/**
 * Engines whose tensors are arrays of ND4J: {@link io.github.sae4j.nd4j.HostEngine} on the CPU, and
 * {@link io.github.sae4j.nd4j.Nd4jEngine}, the reference, on any backend in float or double.
 */
package io.github.sae4j.nd4j;
