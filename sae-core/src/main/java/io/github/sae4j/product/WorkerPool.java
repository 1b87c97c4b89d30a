package io.github.sae4j.product;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;

/** Keeps as many {@link DnnlWorker}s as have been needed concurrently. */
final class WorkerPool {
  private final Precision precision;
  private final ConcurrentLinkedDeque<DnnlWorker> idle = new ConcurrentLinkedDeque<>();

  WorkerPool(Precision precision) {
    this.precision = precision;
  }

  /** Lends a worker to the calling thread. */
  void lend(Consumer<DnnlWorker> work) {
    DnnlWorker last = idle.pollFirst();
    DnnlWorker worker = last == null ? new DnnlWorker(precision) : last;
    try {
      work.accept(worker);
    } finally {
      idle.addFirst(worker);
    }
  }

  /** Frees the workers that are not lent. */
  void release() {
    for (DnnlWorker worker; (worker = idle.pollFirst()) != null; ) {
      worker.close();
    }
  }
}
