/**
 * CPU support for the engine: threads, vector kernels, access to rows in ND4J's memory, and the
 * choice of ND4J's library build. Independent of autoencoders.
 *
 * <p>Internal: other programs should use only {@link io.github.sae4j.cpu.Nd4jCpuLibrary};
 * everything else may change in any release.
 */
package io.github.sae4j.cpu;
