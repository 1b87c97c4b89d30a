package io.github.sae4j.apply.compress;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SaeCases;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.MemorySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomAccessTest {
  private static final int ROWS = 1_000_000;

  @TempDir private Path directory;

  @Test
  void aRowOfAMillionReadsOneBlock() throws IOException {
    SparseAutoencoder sae = SaeCases.topK(2, 16, 2);
    float[] x = new float[2 * ROWS];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i * 7919L % 2003) / 1000f - 1;
    }
    Path file = directory.resolve("million.saez");
    Saez.write(sae, CompressionSettings.DEFAULT, MemorySource.of(x, 2), file);
    SaezFile opened = SaezFile.open(file);
    assertEquals((ROWS + 1023) / 1024, opened.blocks());
    long before = opened.bytesRead();
    try (ActivationSource rows = opened.rows(sae)) {
      float[] row = new float[2];
      rows.read(700_001, 1, row, 0);
      long read = opened.bytesRead() - before;
      assertEquals(blockBytes(file, 700_001), read);
      assertTrue(read < Files.size(file) / 500, read + " of " + Files.size(file));
      rows.read(700_000, 1, row, 0); // of the same block
      assertEquals(read, opened.bytesRead() - before);
    }
  }

  private static long blockBytes(Path file, long row) throws IOException {
    try (RandomBytes bytes = RandomBytes.open(file)) {
      BlockIndex index = BlockIndex.read(bytes, Opening.read(bytes).end(), 2);
      int block = index.blockOf(row);
      return index.offset(block + 1) - index.offset(block);
    }
  }

  @Test
  void rowsThatAreNotThere() throws IOException {
    Path file = directory.resolve("rows.saez");
    Saez.write(Saez.sae(), Saez.SETTINGS, Saez.rows(), file);
    try (ActivationSource rows = SaezFile.open(file).rows(Saez.sae())) {
      float[] dst = new float[2 * Saez.N_IN];
      assertThrows(IndexOutOfBoundsException.class, () -> rows.read(Saez.ROWS - 1, 2, dst, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> rows.read(0, 2, dst, 1));
    }
  }

  @Test
  void threadsReadTheSameRows() throws IOException, InterruptedException, ExecutionException {
    Path file = directory.resolve("rows.saez");
    Saez.write(Saez.sae(), Saez.SETTINGS, Saez.rows(), file);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (ActivationSource rows = SaezFile.open(file).rows(Saez.sae())) {
      float[] all = new float[Saez.ROWS * Saez.N_IN];
      rows.read(0, Saez.ROWS, all, 0);
      List<Future<float[]>> reads = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        int offset = 9 * t;
        reads.add(
            threads.submit(
                () -> {
                  float[] read = new float[all.length];
                  for (int i = 0; i < Saez.ROWS; i++) {
                    int row = (i + offset) % Saez.ROWS;
                    rows.read(row, 1, read, row * Saez.N_IN);
                  }
                  return read;
                }));
      }
      for (Future<float[]> read : reads) {
        assertArrayEquals(all, read.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Rows with many active latents, or wide ones, go to several blocks. */
  @Test
  void manyActiveLatentsAreSplit() throws IOException {
    SparseAutoencoder dense = SaeCases.all(4, 1200).get("sigmoid"); // all latents are active
    int rows = 4000;
    float[] x = SaeCases.rows(rows, 4, 3).data().asFloat();
    Path file = directory.resolve("dense.saez");
    Saez.write(dense, CompressionSettings.DEFAULT.withBlockRows(rows), MemorySource.of(x, 4), file);
    try (SaezFile opened = SaezFile.open(file)) {
      assertEquals(rows, opened.rows());
      assertEquals(4, opened.blocks());
      assertEquals(1200L * 10, opened.codes(rows - 10, 10).activations());
    }
  }
}
