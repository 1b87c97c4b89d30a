/**
 * Checks the machine: Java, CPU, ND4J, memory, the NVIDIA driver and its GPUs. Every fault is one
 * sentence that says what to do.
 */
package io.github.sae4j.cuda.doctor;
