/**
 * NVIDIA's driver API through JNA: devices, contexts, streams, events, memory, modules and kernel
 * launches. Nothing is loaded before {@link io.github.sae4j.cuda.driver.CudaDriver#load}. Handles
 * are owned: each is closed once, by its owner or with its context, and refuses use afterwards.
 *
 * <p>Offsets and sizes are in bytes unless their names say otherwise. A failed call throws {@link
 * io.github.sae4j.cuda.driver.CudaException}; a wrong argument throws {@link
 * IllegalArgumentException} before the driver is called.
 */
package io.github.sae4j.cuda.driver;
