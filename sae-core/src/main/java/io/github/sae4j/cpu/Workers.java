package io.github.sae4j.cpu;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * The threads that an engine computes on: the caller's and helpers, in total one per core, or the
 * number given by the system property {@code sae4j.threads}. Work over consecutive items is split
 * into chunks whose bounds depend only on the number of items, and each thread takes the next chunk
 * when it is free; as long as no chunk reads what another writes, the result does not depend on the
 * number of threads.
 *
 * <p>Thread-safe: callers share the helpers, and a caller that gets none does its work alone, so
 * small tasks do not wait for large ones.
 *
 * <p>Native libraries are limited to one core on each worker, so a worker's call runs on the
 * calling thread.
 */
public final class Workers {
  private static final String THREADS_PROPERTY = "sae4j.threads";
  private static final Map<Integer, Workers> POOLS = new ConcurrentHashMap<>();

  private final int count;
  private final Executor helpers; // null if the caller's is the only thread

  private Workers(int count) {
    this.count = count;
    this.helpers = count == 1 ? null : Executors.newFixedThreadPool(count - 1, Workers::daemon);
  }

  /**
   * Processes the items {@code [from, to)}. Workers on the same task have distinct numbers in
   * {@code [0, }{@link #count}{@code )}; the next task may assign them to other threads.
   */
  public interface Body {
    void apply(int worker, int from, int to);
  }

  /** Returns the threads of this machine, shared by all engines. */
  public static Workers shared() {
    return of(sharedCount());
  }

  /** Returns the number of shared threads without starting any. */
  public static int sharedCount() {
    int cores = Runtime.getRuntime().availableProcessors();
    int count = Integer.getInteger(THREADS_PROPERTY, cores);
    if (count < 1) {
      throw new IllegalArgumentException(
          "the system property " + THREADS_PROPERTY + " must be at least 1, got " + count);
    }
    return count;
  }

  /** Returns a pool of this size, shared by all callers. */
  public static Workers of(int count) {
    return POOLS.computeIfAbsent(count, Workers::new);
  }

  public int count() {
    return count;
  }

  /**
   * Runs the body on chunks that cover {@code [0, n)} and waits for all of them to finish.
   *
   * @throws RuntimeException the first exception thrown by a chunk; other chunks may not have run
   */
  public void run(int n, int chunk, Body body) {
    SharedWork work = new SharedWork(n, chunk, body);
    int most = Math.min(count, (n + chunk - 1) / chunk);
    for (int helper = 1; helper < most; helper++) {
      helpers.execute(work::join);
    }
    onOneCore(work::lead);
  }

  /** Limits native libraries to the calling thread while {@code work} runs. */
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

  /** ND4J's library, which is available once a backend is loaded. */
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
    // not the first caller's class loader, which an application server may want to unload
    thread.setContextClassLoader(Workers.class.getClassLoader());
    return thread;
  }
}
