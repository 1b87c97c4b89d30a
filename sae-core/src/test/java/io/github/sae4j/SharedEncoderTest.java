package io.github.sae4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.pursuit.Pursuit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Shares dictionaries among eight threads that encode batches of mixed sizes: every result has the
 * bits that a single thread gets. To run it for a minute: {@code mvn -pl sae-core
 * -Dtest=SharedEncoderTest -Dsae4j.stress.seconds=60 test}.
 */
class SharedEncoderTest {
  private static final double SECONDS =
      Double.parseDouble(System.getProperty("sae4j.stress.seconds", "1.5"));
  private static final int THREADS = 8;
  private static final int N_IN = 24;
  private static final int N_LATENTS = 1100;
  private static final int[] SIZES = {1, 2, 5, 16, 17, 33, 64, 100, 257};

  /** Work on a batch of one of the {@link #SIZES}, whose result always has the same bits. */
  private record Work(String name, IntFunction<Bits> run) {}

  /** Floats compared by their bits. */
  private record Bits(List<Object> arrays) {
    static Bits of(Codes codes, INDArray reconstruction) {
      List<Object> arrays = new ArrayList<>();
      if (codes instanceof SparseCodes sparse) {
        int entries = (int) sparse.activations();
        arrays.add(boxed(sparse.rowStarts()));
        arrays.add(boxed(Arrays.copyOf(sparse.latents(), entries)));
        for (int i = 0; i < entries; i++) {
          arrays.add(sparse.value(i));
        }
      } else {
        arrays.add(hash(NdCodes.matrix(codes)));
      }
      arrays.add(hash(reconstruction));
      return new Bits(arrays);
    }

    private static List<Integer> boxed(int[] values) {
      return Arrays.stream(values).boxed().toList();
    }

    private static long hash(INDArray array) {
      long hash = 1;
      for (double value : array.dup('c').data().asDouble()) {
        hash = 31 * hash + Double.doubleToLongBits(value);
      }
      return hash;
    }
  }

  private static Bits bits(SparseAutoencoder sae, Encoder encoder, INDArray x) {
    Codes codes = encoder.encode(x);
    try (INDArray reconstruction = sae.decode(codes, x)) {
      return Bits.of(codes, reconstruction);
    } finally {
      codes.release();
    }
  }

  private static List<Work> works() {
    INDArray rows = SaeCases.rows(257, N_IN, 7);
    Map<Integer, INDArray> batches = new LinkedHashMap<>();
    for (int size : SIZES) {
      batches.put(
          size, rows.get(NDArrayIndex.interval(257 - size, 257), NDArrayIndex.all()).dup('c'));
    }
    List<Work> works = new ArrayList<>();
    SaeCases.all(N_IN, N_LATENTS)
        .forEach(
            (name, sae) -> {
              works.add(new Work(name, size -> bits(sae, sae, batches.get(size))));
              if (name.equals("topk")) {
                Encoder pursuit = sae.pursuit(Pursuit.matching(3));
                works.add(new Work("pursuit", size -> bits(sae, pursuit, batches.get(size))));
              }
            });
    return works;
  }

  @Test
  void eightThreadsGetTheBitsOfOne() throws Exception {
    List<Work> works = works();
    List<Map<Integer, Bits>> expected = new ArrayList<>();
    for (Work work : works) {
      Map<Integer, Bits> bySize = new LinkedHashMap<>();
      for (int size : SIZES) {
        bySize.put(size, work.run().apply(size));
      }
      expected.add(bySize);
    }
    AtomicInteger done = new AtomicInteger();
    long end = System.nanoTime() + (long) (SECONDS * 1e9);
    inThreads(
        thread -> {
          SplittableRandom random = new SplittableRandom(thread);
          do {
            int w = random.nextInt(works.size());
            int size = SIZES[random.nextInt(SIZES.length)];
            Bits bits = works.get(w).run().apply(size);
            assertEquals(
                expected.get(w).get(size), bits, () -> works.get(w).name() + ", rows: " + size);
            done.incrementAndGet();
          } while (System.nanoTime() < end);
        });
    assertTrue(done.get() >= THREADS, done + " batches");
  }

  /** All threads start at once, before anything is packed or compiled. */
  @Test
  void allThreadsMayEncodeTheFirstBatchAtOnce() throws Exception {
    INDArray x = SaeCases.rows(9, N_IN, 3);
    Bits expected;
    SparseAutoencoder reference = SaeCases.topK(N_IN, N_LATENTS, 4);
    expected = bits(reference, reference, x);
    for (int round = 0; round < 5; round++) {
      SparseAutoencoder sae = SaeCases.topK(N_IN, N_LATENTS, 4);
      inThreads(thread -> assertEquals(expected, bits(sae, sae, x)));
      sae.free();
    }
  }

  @Test
  void encodingAfterFreeThrows() throws Exception {
    SparseAutoencoder sae = SaeCases.topK(N_IN, N_LATENTS, 4);
    Encoder pursuit = sae.pursuit(Pursuit.matching(2));
    AtomicInteger encoded = new AtomicInteger();
    inThreads(
        thread -> {
          INDArray x = SaeCases.rows(1 + 20 * thread, N_IN, thread);
          if (thread == 0) {
            while (encoded.get() < 50) {
              Thread.onSpinWait();
            }
            sae.free();
            return;
          }
          IllegalStateException told =
              assertThrows(
                  IllegalStateException.class,
                  () -> {
                    while (true) {
                      (thread % 2 == 0 ? pursuit : sae).encode(x);
                      encoded.incrementAndGet();
                    }
                  });
          assertTrue(told.getMessage().contains("was freed"), told.getMessage());
        });
  }

  /** The work of one thread. */
  private interface Body {
    void run(int thread) throws Exception;
  }

  private static void inThreads(Body body) throws InterruptedException, ExecutionException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        futures.add(
            threads.submit(
                () -> {
                  body.run(thread);
                  return null;
                }));
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } finally {
      threads.shutdownNow();
      assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES));
    }
  }
}
