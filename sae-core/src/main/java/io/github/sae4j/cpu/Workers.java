package io.github.sae4j.cpu;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The threads that an engine computes on: the caller's, and helpers, together as many as there are
 * cores, or as the system property {@code sae4j.threads} says. Work over consecutive items is cut
 * into chunks whose bounds depend on the number of items alone, and threads take the chunks as they
 * come; as long as no chunk reads what another writes, the result does not depend on the number of
 * threads.
 *
 * <p>Thread-safe: callers share the helpers, and a caller that gets none does its work alone, so a
 * small piece of work does not wait for a large one.
 *
 * <p>Native libraries see each worker as a program with one core, so that a worker's call does its
 * work where it is made.
 */
public final class Workers {
  private static final String THREADS_PROPERTY = "sae4j.threads";
  private static final Map<Integer, Workers> POOLS = new ConcurrentHashMap<>();

  private final int count;
  private final Executor helpers; // null where there is one thread, the caller's

  private Workers(int count) {
    this.count = count;
    this.helpers = count == 1 ? null : Executors.newFixedThreadPool(count - 1, Workers::daemon);
  }

  /**
   * What a worker does with the items {@code [from, to)}. Workers of one piece of work have
   * different numbers, from 0 to below {@link #count}; a number may be another thread's the next
   * time.
   */
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
    return count;
  }

  /**
   * Runs the body on chunks that cover {@code [0, n)} and waits for the end.
   *
   * @throws RuntimeException the first that a chunk threw; other chunks may not have been done
   */
  public void run(int n, int chunk, Body body) {
    SharedWork work = new SharedWork(n, chunk, body);
    int most = Math.min(count, (n + chunk - 1) / chunk);
    for (int helper = 1; helper < most; helper++) {
      helpers.execute(work::join);
    }
    onOneCore(work::lead);
  }

  /** Native libraries do what is called here on the calling thread alone, and only here. */
  private static void onOneCore(Runnable work) {
    NativeOps ops = Native.OPS;
    int threads = ops.ompGetMaxThreads();
    if (threads == 1) {
      work.run();
      return;
    }
    ops.setOmpNumThreads(1);
    try {
      work.run();
    } finally {
      ops.setOmpNumThreads(threads);
    }
  }

  /** ND4J's library, which is there once a backend is loaded. */
  private static final class Native {
    static final NativeOps OPS = load();

    private static NativeOps load() {
      Nd4j.getBackend();
      return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(() -> onOneCore(work), "sae4j-worker");
    thread.setDaemon(true);
    // not the first caller's, which an application server may want to drop
    thread.setContextClassLoader(Workers.class.getClassLoader());
    return thread;
  }
}
