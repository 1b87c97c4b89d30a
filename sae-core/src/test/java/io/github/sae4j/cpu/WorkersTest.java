package io.github.sae4j.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

class WorkersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void eachItemIsProcessedOnce(int threads) {
    Workers workers = Workers.of(threads);
    AtomicIntegerArray items = new AtomicIntegerArray(1003);
    AtomicIntegerArray busy = new AtomicIntegerArray(threads);
    workers.run(
        1003,
        10,
        (worker, from, to) -> {
          assertEquals(1, busy.incrementAndGet(worker));
          for (int i = from; i < to; i++) {
            items.incrementAndGet(i);
          }
          busy.decrementAndGet(worker);
        });
    for (int i = 0; i < 1003; i++) {
      assertEquals(1, items.get(i), "item " + i);
    }
    workers.run(0, 10, (worker, from, to) -> items.incrementAndGet(0));
    assertEquals(1, items.get(0));
  }

  @Test
  void failuresReachTheCaller() {
    IllegalStateException failure = new IllegalStateException("broken");
    AtomicInteger done = new AtomicInteger();
    assertSame(
        failure,
        assertThrows(
            IllegalStateException.class,
            () ->
                Workers.of(3)
                    .run(
                        1000,
                        1,
                        (worker, from, to) -> {
                          done.incrementAndGet();
                          throw failure;
                        })));
    assertTrue(done.get() <= 3, done + " chunks");
  }

  /** If all helpers are busy with other work, the caller does its own. */
  @Test
  void smallWorkDoesNotWaitForLarge() throws Exception {
    Workers workers = Workers.of(3);
    CountDownLatch started = new CountDownLatch(3);
    CountDownLatch end = new CountDownLatch(1);
    CompletableFuture<Void> large =
        CompletableFuture.runAsync(
            () ->
                workers.run(
                    3,
                    1,
                    (worker, from, to) -> {
                      started.countDown();
                      await(end);
                    }));
    await(started);
    AtomicInteger done = new AtomicInteger();
    workers.run(20, 1, (worker, from, to) -> done.incrementAndGet());
    assertEquals(20, done.get());
    end.countDown();
    large.get();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Native libraries use one thread inside, and as many as before afterwards. */
  @Test
  void theCallersThreadsAreAsBefore() {
    Nd4j.getBackend();
    NativeOps ops = NativeOpsHolder.getInstance().getDeviceNativeOps();
    int before = ops.ompGetMaxThreads();
    try {
      ops.setOmpNumThreads(3);
      Workers.of(2).run(8, 1, (worker, from, to) -> assertEquals(1, ops.ompGetMaxThreads()));
      assertEquals(3, ops.ompGetMaxThreads());
    } finally {
      ops.setOmpNumThreads(before);
    }
  }
}
