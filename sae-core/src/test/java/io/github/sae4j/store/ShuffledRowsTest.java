package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.store.ShuffledRows.Position;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShuffledRowsTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1", // a single row
    "97, 97, 1, 10", // one window of single rows
    "97, 1000, 10, 13", // a window larger than the source, the last block short
    "97, 20, 10, 7", // several windows, the last one short
    "97, 29, 10, 50", // windows rounded down to whole blocks, batches across windows
    "100, 10, 10, 250", // batches across epochs
    "100, 100, 30, 100"
  })
  void everyRowAppearsOncePerEpoch(int rows, int window, int block, int batch) throws IOException {
    int epochs = 3;
    try (ShuffledRows shuffled = new ShuffledRows(NumberedRows.of(rows, 2), 5, window, block)) {
      int[] drawn = draw(shuffled, rows * epochs, batch);
      int[] all = new int[rows];
      Arrays.setAll(all, i -> i);
      for (int epoch = 0; epoch < epochs; epoch++) {
        int[] seen = Arrays.copyOfRange(drawn, epoch * rows, (epoch + 1) * rows);
        Arrays.sort(seen);
        assertArrayEquals(all, seen);
      }
    }
  }

  @Test
  void nonFiniteRowsAreAnErrorOrSkipped() throws IOException {
    float[] values = new float[40 * 2];
    for (int row = 0; row < 40; row++) {
      values[2 * row] = row;
      values[2 * row + 1] = row % 7 == 3 ? Float.NaN : row;
    }
    MemorySource source = MemorySource.of(values, 2);
    try (ShuffledRows strict = new ShuffledRows(source, 3, 10, 5)) {
      IOException e = assertThrows(IOException.class, () -> strict.next(new float[80], 40));
      assertTrue(
          e.getMessage().matches("row \\d+, column 1 of rows in memory is NaN"), e.getMessage());
    }
    int good = 34;
    float[] epoch = new float[good * 2];
    try (ShuffledRows lenient = new ShuffledRows(source, 3, 10, 5, OnNonFinite.SKIP)) {
      lenient.next(epoch, good);
      assertEquals(good, IntStream.range(0, good).map(i -> (int) epoch[2 * i]).distinct().count());
      for (int i = 0; i < good; i++) {
        assertEquals(epoch[2 * i], epoch[2 * i + 1]);
      }
      lenient.next(new float[good * 2], good);
      lenient.next(new float[2], 1);
      assertTrue(lenient.skipped() >= 12, "skipped " + lenient.skipped());
      assertTrue(
          lenient.firstSkipped().orElseThrow().endsWith("column 1 of rows in memory is NaN"));
    }
    for (int before = 0; before < good; before++) {
      try (ShuffledRows first = new ShuffledRows(source, 3, 10, 5, OnNonFinite.SKIP);
          ShuffledRows resumed = new ShuffledRows(source, 3, 10, 5, OnNonFinite.SKIP)) {
        first.next(new float[before * 2], before);
        resumed.seek(first.position());
        float[] rest = new float[(good - before) * 2];
        resumed.next(rest, good - before);
        assertArrayEquals(Arrays.copyOfRange(epoch, before * 2, good * 2), rest);
      }
    }
    float[] none = new float[40];
    Arrays.fill(none, Float.NEGATIVE_INFINITY);
    try (ShuffledRows hopeless =
        new ShuffledRows(MemorySource.of(none, 2), 3, 10, 5, OnNonFinite.SKIP)) {
      IOException e = assertThrows(IOException.class, () -> hopeless.next(new float[2], 1));
      assertTrue(e.getMessage().contains("only rows with NaN"), e.getMessage());
    }
  }

  @Test
  void theSequenceDependsOnlyOnSeedAndEpoch() throws IOException {
    int[] first = draw(1000, 3, 128, 16, 1000, 1000);
    assertArrayEquals(first, draw(1000, 3, 128, 16, 1000, 77));
    assertFalse(Arrays.equals(first, draw(1000, 4, 128, 16, 1000, 1000)));
    int[] two = draw(1000, 3, 128, 16, 2000, 2000);
    assertFalse(
        Arrays.equals(Arrays.copyOf(two, 1000), Arrays.copyOfRange(two, 1000, 2000)),
        "the second epoch has its own order");
  }

  /** The numbers come from an independent Python implementation of the order. */
  @Test
  void theSequenceIsTheSameInEveryVersion() throws IOException {
    assertArrayEquals(new int[] {9, 4, 8, 5, 6, 7, 1, 0, 2, 3}, draw(10, 42, 4, 2, 10, 3));
  }

  @ParameterizedTest
  @CsvSource({"64, 8", "1000, 8", "997, 997", "50, 50"})
  void seekingContinuesTheSequenceExactly(int window, int block) throws IOException {
    MemorySource source = NumberedRows.of(997, 3);
    Random random = new Random(11);
    try (ShuffledRows reference = new ShuffledRows(source, 9, window, block);
        ShuffledRows resumed = new ShuffledRows(source, 9, window, block)) {
      int[] whole = draw(reference, 997 * 3, 997 * 3);
      for (int trial = 0; trial < 40; trial++) {
        int from = random.nextInt(997 * 2 + 1);
        int count = 1 + random.nextInt(997);
        resumed.seek(new Position(from / 997, from % 997));
        int[] drawn = draw(resumed, count, 1 + random.nextInt(count));
        assertArrayEquals(Arrays.copyOfRange(whole, from, from + count), drawn);
        int at = from + count;
        assertEquals(new Position(at / 997, at % 997), resumed.position());
      }
    }
  }

  @Test
  void theEndOfAnEpochIsTheStartOfTheNext() throws IOException {
    try (ShuffledRows shuffled = new ShuffledRows(NumberedRows.of(10, 1), 1, 4, 2)) {
      assertEquals(Position.START, shuffled.position());
      shuffled.seek(new Position(4, 10));
      assertEquals(new Position(5, 0), shuffled.position());
      assertEquals(10, shuffled.next(new float[10], 10));
      assertEquals(new Position(6, 0), shuffled.position());
      assertThrows(IllegalArgumentException.class, () -> shuffled.seek(new Position(0, 11)));
      assertThrows(IllegalArgumentException.class, () -> new Position(-1, 0));
    }
  }

  @Test
  void neighboursAreSpreadOverTheEpochWhenOneWindowHoldsAll() throws IOException {
    int rows = 10_000;
    int[] drawn = draw(rows, 1, rows, 100, rows, rows);
    int[] inTenth = new int[10];
    for (int place = 0; place < rows; place++) {
      if (drawn[place] < 1000) {
        inTenth[place / 1000]++;
      }
    }
    for (int count : inTenth) {
      assertTrue(count > 60 && count < 140, "expected about 100, got " + count);
    }
  }

  /** If a window holds a tenth of the rows, a file's rows appear in all windows, far apart. */
  @Test
  void theRowsOfAShardAreSpreadOverTheEpochWhenNoWindowHoldsThem() throws IOException {
    int rows = 20_000;
    int shard = 2_000;
    int window = 2_000;
    int[] drawn = draw(rows, 1, window, 10, rows, rows);
    for (int from = 0; from < rows; from += shard) {
      int[] inWindow = new int[rows / window];
      int neighbours = 0;
      for (int place = 0; place < rows; place++) {
        if (drawn[place] >= from && drawn[place] < from + shard) {
          inWindow[place / window]++;
        }
        if (place > 0 && Math.abs(drawn[place] - drawn[place - 1]) < 10) {
          neighbours++;
        }
      }
      for (int count : inWindow) {
        assertTrue(count > 60 && count < 400, "expected about 200, got " + count);
      }
      // 9 of the 1,999 other rows in a window are from the same block
      assertTrue(neighbours < rows / 100, neighbours + " rows follow one of their block");
    }
  }

  @Test
  void rowsOfABlockStayInOneWindow() throws IOException {
    int[] drawn = draw(1000, 1, 100, 10, 1000, 100);
    for (int row = 0; row < 1000; row += 10) {
      int first = row;
      int[] windows =
          IntStream.range(0, 1000)
              .filter(place -> drawn[place] / 10 == first / 10)
              .map(place -> place / 100)
              .distinct()
              .toArray();
      assertEquals(1, windows.length);
    }
  }

  @Test
  void aFailedReadIsReportedAndCanBeRetried() throws IOException {
    WatchedSource source = new WatchedSource(NumberedRows.of(100, 2));
    int[] expected = draw(100, 8, 10, 5, 100, 100);
    try (ShuffledRows shuffled = new ShuffledRows(source, 8, 10, 5)) {
      int[] begin = draw(shuffled, 15, 15);
      source.setFailing(true);
      float[] dst = new float[200];
      IOException e = assertThrows(IOException.class, () -> shuffled.next(dst, 60));
      assertEquals("disk on fire", e.getMessage());
      assertEquals(new Position(0, 15), shuffled.position());
      assertThrows(IOException.class, () -> shuffled.next(dst, 60));
      source.setFailing(false);
      int[] rest = draw(shuffled, 85, 17);
      assertArrayEquals(Arrays.copyOf(expected, 15), begin);
      assertArrayEquals(Arrays.copyOfRange(expected, 15, 100), rest);
    }
  }

  @Test
  void anInterruptIsReportedAndCanBeRetried() throws IOException {
    int[] expected = draw(100, 8, 10, 5, 100, 100);
    try (ShuffledRows shuffled = new ShuffledRows(NumberedRows.of(100, 2), 8, 10, 5)) {
      Thread.currentThread().interrupt();
      assertThrows(IOException.class, () -> shuffled.next(new float[200], 60));
      assertTrue(Thread.interrupted());
      assertArrayEquals(expected, draw(shuffled, 100, 9));
    }
  }

  @Test
  void refusesImpossibleSizes() {
    ActivationSource source = NumberedRows.of(10, 2);
    Class<IllegalArgumentException> refused = IllegalArgumentException.class;
    assertThrows(refused, () -> new ShuffledRows(source.slice(3, 3), 1, 4, 2));
    assertThrows(refused, () -> new ShuffledRows(source, 1, 4, 0));
    assertThrows(refused, () -> new ShuffledRows(source, 1, 4, 5));
    ShuffledRows shuffled = new ShuffledRows(source, 1, 4, 2);
    assertThrows(IndexOutOfBoundsException.class, () -> shuffled.next(new float[3], 2));
    shuffled.close();
    assertThrows(IOException.class, () -> shuffled.next(new float[4], 2));
  }

  /** Returns the numbers of the first {@code count} rows of a sequence, drawn in batches. */
  private static int[] draw(int rows, long seed, int window, int block, int count, int batch)
      throws IOException {
    try (ShuffledRows shuffled = new ShuffledRows(NumberedRows.of(rows, 2), seed, window, block)) {
      return draw(shuffled, count, batch);
    }
  }

  private static int[] draw(ShuffledRows shuffled, int count, int batch) throws IOException {
    int width = shuffled.width();
    int[] drawn = new int[count];
    float[] dst = new float[batch * width];
    for (int done = 0; done < count; ) {
      int n = Math.min(batch, count - done);
      shuffled.next(dst, n);
      for (int i = 0; i < n; i++) {
        drawn[done + i] = (int) dst[i * width];
      }
      done += n;
    }
    return drawn;
  }
}
