package io.github.sae4j.engine;

import java.util.Optional;

/**
 * An engine whose tensors are in the memory of a device. Work is asked for in order and computed
 * while the caller goes on; what goes wrong then is thrown by whatever waits next.
 */
public non-sealed interface DeviceEngine extends Engine, AutoCloseable {

  /**
   * Returns a new tensor of floats with undefined values. Its caller closes it; it outlives a
   * {@link #step}.
   */
  Tensor tensor(long rows, int width);

  /**
   * Begins a step of this thread. Tensors and codes that the engine computes for it until the step
   * is closed are freed then, closed or not; numbers stay, and so does what {@link #tensor} and
   * {@link #firing} return. Without a step, memory waits for {@code close}, or for the garbage
   * collector, which cannot see its size.
   */
  Scope step();

  /**
   * Returns counters that start at 0.
   *
   * @param deadAfterRows rows without firing after which a latent counts as dead
   */
  Firing firing(int nLatents, long deadAfterRows);

  /**
   * Returns codes of this engine on the heap, after waiting for them; empty if every latent is
   * active, in which case {@link #matrix} has them.
   */
  Optional<SparseCodes> toHeap(Codes codes);

  /**
   * Checks that a run fits the memory that is free on the device now, before anything is allocated
   * for it. An engine without a limit of its own accepts every run.
   *
   * @throws IllegalArgumentException if it does not fit; the message says what is needed, what is
   *     free, and which settings would help
   */
  default void requireFits(DeviceRun run) {}

  /** Waits for all that was asked for, and throws what went wrong since. */
  void await();

  /** Frees the device's memory and gives the device back. */
  @Override
  void close();
}
