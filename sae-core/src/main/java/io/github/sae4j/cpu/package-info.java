/**
 * What this machine's CPU offers to the engine: threads, vector kernels, rows of ND4J's memory as
 * Java sees them, and the build of ND4J's library that fits. Knows nothing of autoencoders.
 */
package io.github.sae4j.cpu;
