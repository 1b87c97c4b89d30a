/**
 * NVIDIA's cublasLt through JNA, if the machine has it: dense products on a GPU. It is found at run
 * time, in versions 11 to 13; without it the engine multiplies by its own kernels.
 */
package io.github.sae4j.cuda.blas;
