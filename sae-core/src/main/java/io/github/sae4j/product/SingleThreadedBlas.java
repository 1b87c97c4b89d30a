package io.github.sae4j.product;

import org.nd4j.linalg.api.blas.Blas;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Has the BLAS do each call on the thread that makes it, while workers make calls side by side: on
 * several threads it cuts sums into pieces by their number.
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
