package io.github.sae4j.product;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cpu.GaussianValues;
import io.github.sae4j.cpu.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Native memory stays bounded for any batches, and is all freed. With 100,000 batches: {@code mvn
 * -pl sae-core -Dtest=NativeMemoryTest -Dsae4j.memory.batches=100000 test}.
 */
class NativeMemoryTest {
  private static final int BATCHES = Integer.getInteger("sae4j.memory.batches", 250);
  private static final int WARM_UP = 100;
  private static final int N_IN = 8;
  private static final int N_LATENTS = 1500;
  private static final int MOST_ROWS = 4352;

  private final INDArray rows = matrix(MOST_ROWS, N_IN);
  private final INDArray wEnc = matrix(N_LATENTS, N_IN).transpose();
  private final INDArray bias = Nd4j.zeros(DataType.FLOAT, N_LATENTS);

  private static INDArray matrix(int rows, int columns) {
    return Nd4j.createFromArray(GaussianValues.of(rows * columns, rows))
        .reshape('c', rows, columns);
  }

  private void run(AffineProduct product, int from, int count) {
    INDArray batch = rows.get(NDArrayIndex.interval(from, from + count), NDArrayIndex.all());
    product.run(batch, wEnc, bias, (worker, tile) -> true);
  }

  /**
   * Batches of any size, and those of 4,097 to 4,352 rows, each of which has a different last tile.
   */
  @Test
  void isBoundedAndFreed() throws IOException {
    long bytes = NativeBytes.held();
    long primitives = NativeBytes.primitives();
    AffineProduct product = AffineProduct.of(Workers.shared(), Precision.FLOAT32);
    product.freeze(wEnc);
    SplittableRandom random = new SplittableRandom(1);
    long before = 0;
    for (int i = 0; i < WARM_UP + BATCHES; i++) {
      if (i == WARM_UP) {
        before = residentBytes();
      }
      int size = i % 4 == 0 ? 4097 + random.nextInt(256) : 1 + random.nextInt(400);
      run(product, random.nextInt(MOST_ROWS - size + 1), size);
    }
    int workers = Workers.shared().count();
    long tile = DnnlProduct.MOST_ROWS * (DnnlProduct.CHUNK + 2L * N_IN) * Float.BYTES;
    long packed = ProductMemory.packedWeights(N_IN, N_LATENTS, 64, Precision.FLOAT32);
    long held = NativeBytes.held() - bytes;
    assertTrue(held > packed && held <= packed + workers * (tile + (1 << 16)), held + " bytes");
    long kept = NativeBytes.primitives() - primitives;
    assertTrue(kept > 0 && kept <= workers * 70L, kept + " primitives"); // 35 heights, two widths
    long grown = residentBytes() - before;
    assertTrue(grown < 100L << 20, grown + " bytes grown");
    product.release();
    assertEquals(bytes, NativeBytes.held());
    assertEquals(primitives, NativeBytes.primitives());
  }

  @Test
  void aReleasedProductCanBeUsedAgain() {
    long bytes = NativeBytes.held();
    AffineProduct product = AffineProduct.of(Workers.shared(), Precision.FLOAT32);
    for (int rows : new int[] {1, 40, 700}) { // plain and packed
      run(product, 0, rows);
      assertTrue(NativeBytes.held() > bytes);
      product.release();
      assertEquals(bytes, NativeBytes.held());
    }
  }

  @Test
  void tilesHaveFewHeights() {
    assertEquals(1, DnnlWorker.height(1, false));
    assertEquals(2, DnnlWorker.height(1, true));
    for (int rows = 2; rows <= DnnlProduct.MOST_ROWS; rows++) {
      int height = DnnlWorker.height(rows, true);
      assertEquals(height, DnnlWorker.height(rows, false));
      assertTrue(height >= rows && height < rows + 8, rows + " rows in " + height);
      assertTrue(height % 8 == 0 || Integer.bitCount(height) == 1, rows + " rows in " + height);
    }
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("no VmRSS");
  }
}
