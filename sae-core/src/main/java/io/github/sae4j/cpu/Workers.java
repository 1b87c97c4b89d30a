package io.github.sae4j.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The threads that an engine computes on: as many as there are cores, or as the system property
 * {@code sae4j.threads} says. Work over consecutive items is cut into chunks whose bounds depend on
 * the number of items alone, and threads take the chunks as they come; as long as no chunk reads
 * what another writes, the result does not depend on the number of threads.
 *
 * <p>Native libraries see each worker as a program with one core, so that a worker's call does its
 * work where it is made.
 */
public final class Workers {
  private static final String THREADS_PROPERTY = "sae4j.threads";
  private static final Map<Integer, Workers> POOLS = new ConcurrentHashMap<>();

  private final List<ExecutorService> threads = new ArrayList<>();

  private Workers(int count) {
    for (int i = 0; i < count; i++) {
      String name = "sae4j-worker-" + i;
      threads.add(Executors.newSingleThreadExecutor(work -> daemon(work, name)));
    }
  }

  /** What a worker does with the items {@code [from, to)}. */
  public interface Body {
    void apply(int worker, int from, int to);
  }

  /** The threads of this machine, shared by all engines. */
  public static Workers shared() {
    return of(sharedCount());
  }

  /** Their number; starts none. */
  public static int sharedCount() {
    int cores = Runtime.getRuntime().availableProcessors();
    int count = Integer.getInteger(THREADS_PROPERTY, cores);
    if (count < 1) {
      throw new IllegalArgumentException(
          "the system property " + THREADS_PROPERTY + " must be at least 1, got " + count);
    }
    return count;
  }

  /** A pool of this size, shared by all who ask for it. */
  public static Workers of(int count) {
    return POOLS.computeIfAbsent(count, Workers::new);
  }

  public int count() {
    return threads.size();
  }

  /**
   * Runs the body on chunks that cover {@code [0, n)} and waits for the end.
   *
   * @throws RuntimeException the first that a chunk threw; other chunks may not have been done
   */
  public void run(int n, int chunk, Body body) {
    int chunks = (n + chunk - 1) / chunk;
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> futures = new ArrayList<>();
    for (int w = 0; w < Math.min(threads.size(), chunks); w++) {
      int worker = w;
      futures.add(
          threads
              .get(w)
              .submit(
                  () -> {
                    for (int c; (c = next.getAndIncrement()) < chunks; ) {
                      try {
                        body.apply(worker, c * chunk, Math.min(n, (c + 1) * chunk));
                      } catch (RuntimeException | Error e) {
                        next.set(chunks);
                        throw e;
                      }
                    }
                  }));
    }
    await(futures);
  }

  /** Waits for all, even where one failed: they may write to the caller's arrays. */
  private static void await(List<Future<?>> futures) {
    Throwable failure = null;
    boolean interrupted = false;
    for (Future<?> future : futures) {
      while (true) {
        try {
          future.get();
        } catch (InterruptedException e) {
          interrupted = true;
          continue;
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
        }
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  private static Thread daemon(Runnable work, String name) {
    Runnable alone =
        () -> {
          NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
          work.run();
        };
    Thread thread = new Thread(alone, name);
    thread.setDaemon(true);
    return thread;
  }
}
