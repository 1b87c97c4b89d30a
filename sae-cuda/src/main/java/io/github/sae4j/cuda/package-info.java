/** Complements the ND4J CUDA backend with a check that the GPU can run its kernels. */
package io.github.sae4j.cuda;
