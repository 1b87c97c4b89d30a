package io.github.sae4j.product;

import org.nd4j.linalg.api.blas.Blas;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Makes the BLAS run each call on the calling thread, while workers make calls in parallel: on
 * several threads, it splits sums depending on their number.
 */
final class SingleThreadedBlas {
  private static int users;
  private static int threadsBefore;

  private SingleThreadedBlas() {}

  static void during(Runnable calls) {
    begin();
    try {
      calls.run();
    } finally {
      end();
    }
  }

  private static synchronized void begin() {
    if (users++ == 0) {
      threadsBefore = blas().getMaxThreads();
      blas().setMaxThreads(1);
    }
  }

  private static synchronized void end() {
    if (--users == 0) {
      blas().setMaxThreads(threadsBefore);
    }
  }

  private static Blas blas() {
    return Nd4j.factory().blas();
  }
}
