package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaException;
import io.github.sae4j.cuda.driver.CudaStatus;
import io.github.sae4j.cuda.driver.DeviceMemory;
import io.github.sae4j.engine.Engine;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Memory of a device for reuse by one stream: a block that goes back may be taken at once, because
 * what uses it next is enqueued after what used it last.
 */
final class Pool {
  private static final long LEAST = 512;
  private static final long COARSE = 1 << 20;
  private static final long PATIENCE_MILLIS = 50;

  private final Object lock;
  private final CudaContext context;
  private final Map<Long, Deque<DeviceMemory>> free = new HashMap<>();
  private final ReferenceQueue<Held> unreachable = new ReferenceQueue<>();
  private final Set<Lost> watched = new HashSet<>();

  @SuppressWarnings("ThreadLocalUsage") // a step is of one engine
  private final ThreadLocal<Step> step = new ThreadLocal<>();

  private boolean closed;

  Pool(Object lock, CudaContext context) {
    this.lock = lock;
    this.context = context;
  }

  Object lock() {
    return lock;
  }

  /** Finds blocks whose holder is no longer reachable. */
  static final class Lost extends PhantomReference<Held> {
    private final DeviceMemory memory;

    private Lost(Held held, ReferenceQueue<Held> queue, DeviceMemory memory) {
      super(held, queue);
      this.memory = memory;
    }
  }

  /** What a thread takes between its begin and its end. */
  private final class Step implements Engine.Scope {
    private final Step outer = step.get();
    private final List<Held> taken = new ArrayList<>();
    private boolean ended;

    @Override
    public void close() {
      synchronized (lock) {
        if (ended) {
          return;
        }
        ended = true;
        taken.forEach(Held::close);
        if (outer == null) {
          step.remove();
        } else {
          step.set(outer);
        }
      }
    }
  }

  Engine.Scope begin() {
    Step begun = new Step();
    step.set(begun);
    return begun;
  }

  /** Takes memory of the thread's step, if there is one. */
  Held take(long bytes) {
    Step current = step.get();
    if (current == null) {
      return keep(bytes);
    }
    Held held = new Held(this, block(bytes));
    current.taken.add(held);
    return held;
  }

  /** Takes memory that outlives steps. */
  Held keep(long bytes) {
    DeviceMemory memory = block(bytes);
    Held held = new Held(this, memory);
    Lost lost = new Lost(held, unreachable, memory);
    watched.add(lost);
    held.watchedBy(lost);
    return held;
  }

  private DeviceMemory block(long bytes) {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
    long size = rounded(Math.max(1, bytes));
    return reused(size).or(() -> collected(size)).orElseGet(() -> allocated(size));
  }

  private Optional<DeviceMemory> reused(long size) {
    Deque<DeviceMemory> blocks = free.get(size);
    return blocks == null ? Optional.empty() : Optional.ofNullable(blocks.pollLast());
  }

  private Optional<DeviceMemory> collected(long size) {
    collect();
    return reused(size);
  }

  private DeviceMemory allocated(long size) {
    try {
      return context.allocate(size);
    } catch (CudaException e) {
      if (e.status() != CudaStatus.OUT_OF_MEMORY) {
        throw e;
      }
    }
    collectAll();
    return reused(size)
        .orElseGet(
            () -> {
              trim();
              return context.allocate(size);
            });
  }

  /** Finds tensors that were not closed. */
  private void collectAll() {
    System.gc();
    try {
      for (Reference<?> found = unreachable.remove(PATIENCE_MILLIS);
          found != null;
          found = unreachable.remove(PATIENCE_MILLIS)) {
        putBack((Lost) found);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void putBack(Lost lost) {
    if (watched.contains(lost)) {
      putBack(lost.memory, lost);
    }
  }

  /** Rounds up to sizes that recur: quarters of a power of two, then whole MiB. */
  static long rounded(long bytes) {
    if (bytes > COARSE) {
      return (bytes + COARSE - 1) / COARSE * COARSE;
    }
    long quarter = Math.max(LEAST, Long.highestOneBit(bytes) / 4);
    return Math.max(LEAST, (bytes + quarter - 1) / quarter * quarter);
  }

  void putBack(DeviceMemory memory, Lost lostOrNull) {
    if (lostOrNull != null) {
      lostOrNull.clear();
      watched.remove(lostOrNull);
    }
    if (!closed) {
      free.computeIfAbsent(memory.bytes(), size -> new ArrayDeque<>()).addLast(memory);
    }
  }

  private void collect() {
    for (Reference<?> found = unreachable.poll(); found != null; found = unreachable.poll()) {
      putBack((Lost) found);
    }
  }

  /** Gives blocks that are not in use back to the driver. */
  void trim() {
    collect();
    free.values().forEach(blocks -> blocks.forEach(DeviceMemory::close));
    free.clear();
  }

  /** Ends the pool; the context frees its memory. */
  void close() {
    closed = true;
    free.clear();
    watched.clear();
  }
}
