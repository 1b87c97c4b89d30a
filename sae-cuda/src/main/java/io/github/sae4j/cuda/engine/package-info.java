/**
 * The engine on a GPU: every primitive as kernels of sae-cuda, enqueued to one stream while the
 * caller goes on. Tensors and codes are blocks of a pool that reuses them in the stream's order;
 * numbers are slots of a ring; faults are flags that whatever waits next looks at.
 *
 * <p>All arithmetic on a device holds the monitor of its {@link
 * io.github.sae4j.cuda.engine.CudaEngine}. Memory for results is taken before addresses of operands
 * are read, because taking memory returns what the garbage collector has found unreachable.
 */
package io.github.sae4j.cuda.engine;
