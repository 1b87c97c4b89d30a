package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SkippingSourceTest {

  /** Any rows may be bad, including the first and last; every range of the others is read. */
  @Test
  void returnsTheOtherRowsInOrder() throws IOException {
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      int n = 1 + random.nextInt(12);
      float[] values = new float[2 * n];
      float[] good = new float[2 * n];
      int left = 0;
      for (int row = 0; row < n; row++) {
        values[2 * row] = row;
        if (random.nextBoolean()) {
          values[2 * row + 1] = random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
        } else {
          good[2 * left++] = row;
        }
      }
      MemorySource source = MemorySource.of(values, 2);
      if (left == 0) {
        assertThrows(IOException.class, () -> SkippingSource.of(source));
        continue;
      }
      SkippingSource finite = SkippingSource.of(source);
      assertEquals(left, finite.rows());
      assertEquals(n - left, finite.skipped());
      for (int from = 0; from < left; from++) {
        for (int count = 0; count <= left - from; count++) {
          float[] read = new float[2 * count];
          finite.read(from, count, read, 0);
          assertArrayEquals(Arrays.copyOfRange(good, 2 * from, 2 * (from + count)), read);
        }
        String place = finite.locate(from, 0);
        assertEquals(source.locate((long) good[2 * from], 0), place);
      }
    }
  }

  /** Titles are written to files that users share, so they name no directory. */
  @Test
  void hasTheTitleOfItsSource() throws IOException {
    ActivationSource titled =
        new DerivedSource(MemorySource.of(new float[4], 2)) {
          @Override
          protected long sourceRow(long row) {
            return row;
          }

          @Override
          public long rows() {
            return source.rows();
          }

          @Override
          public String title() {
            return "a title";
          }

          @Override
          public void read(long first, int count, float[] dst, int at) throws IOException {
            source.read(first, count, dst, at);
          }
        };
    assertEquals("a title", SkippingSource.of(titled).title());
    assertEquals("a title", new FiniteSource(titled).title());
    assertEquals("a title, rows 0 to 1", titled.slice(0, 1).title());
  }

  @Test
  void reportsWhereTheFirstBadRowIs() throws IOException {
    float[] values = {1, 2, 3, Float.NaN, Float.NaN, 0};
    String first = SkippingSource.of(MemorySource.of(values, 2)).firstSkipped().orElseThrow();
    assertTrue(first.contains("row 1, column 1"), first);
    assertEquals(
        Optional.empty(), SkippingSource.of(MemorySource.of(new float[4], 2)).firstSkipped());
  }
}
