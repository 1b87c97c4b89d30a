/**
 * What this machine's CPU offers to the engine: threads, vector kernels, rows of ND4J's memory as
 * Java sees them, and the build of ND4J's library that fits. Knows nothing of autoencoders.
 *
 * <p>Internal: other programs should use nothing of it but {@link
 * io.github.sae4j.cpu.Nd4jCpuLibrary}; the rest may change in any release.
 */
package io.github.sae4j.cpu;
