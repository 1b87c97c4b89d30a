package io.github.sae4j.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.sae4j.store.ShuffledRows.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of every row source, checked against the same rows in memory. */
abstract class AbstractSourceTest {
  static final int ROWS = 211;
  static final int WIDTH = 7;

  private final float[] values = new float[ROWS * WIDTH];
  @TempDir Path directory;
  private ActivationSource source;

  /** Opens a source of these rows, {@code [ROWS, WIDTH]}. */
  abstract ActivationSource open(float[] values, Path directory) throws IOException;

  @BeforeEach
  void open() throws IOException {
    for (int i = 0; i < values.length; i++) {
      values[i] = i - 500.5f;
    }
    source = open(values, directory);
  }

  @AfterEach
  void close() throws IOException {
    source.close();
  }

  @Test
  void readsRunsOfRowsAnywhere() throws IOException {
    assertEquals(ROWS, source.rows());
    assertEquals(WIDTH, source.width());
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      int from = random.nextInt(ROWS + 1);
      int count = random.nextInt(ROWS - from + 1);
      int before = random.nextInt(3);
      float[] expected = new float[before + count * WIDTH + 2];
      System.arraycopy(values, from * WIDTH, expected, before, count * WIDTH);
      float[] found = new float[expected.length];
      source.read(from, count, found, before);
      assertArrayEquals(expected, found);
    }
  }

  @Test
  void refusesRowsAndPlacesThatDoNotExist() {
    Class<IndexOutOfBoundsException> refused = IndexOutOfBoundsException.class;
    float[] all = new float[values.length];
    assertThrows(refused, () -> source.read(-1, 1, all, 0));
    assertThrows(refused, () -> source.read(0, -1, all, 0));
    assertThrows(refused, () -> source.read(1, ROWS, all, 0));
    assertThrows(refused, () -> source.read(Long.MAX_VALUE, 1, all, 0));
    assertThrows(refused, () -> source.read(0, ROWS, all, 1));
    assertThrows(refused, () -> source.read(0, 1, all, -1));
  }

  @Test
  void partsMakeUpTheRow() {
    assertEquals(WIDTH, SourcePart.rowWidth(source.parts()));
    assertEquals(source.parts(), source.slice(3, 9).parts());
  }

  @Test
  void slicesCountFromTheirOwnStart() throws IOException {
    ActivationSource slice = source.slice(10, 200).slice(5, 25);
    assertEquals(20, slice.rows());
    float[] found = new float[20 * WIDTH];
    slice.read(0, 20, found, 0);
    assertArrayEquals(Arrays.copyOfRange(values, 15 * WIDTH, 35 * WIDTH), found);
    assertThrows(IndexOutOfBoundsException.class, () -> slice.read(19, 2, found, 0));
  }

  @Test
  void threadsReadAtTheSameTime() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<float[]> readAll =
          () -> {
            float[] found = new float[values.length];
            for (int row = 0; row < ROWS; row += 2) {
              source.read(row, Math.min(2, ROWS - row), found, row * WIDTH);
            }
            return found;
          };
      for (Future<float[]> found :
          IntStream.range(0, 8).mapToObj(i -> threads.submit(readAll)).toList()) {
        assertArrayEquals(values, found.get());
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void shufflesAndResumesLikeAnyOtherSource() throws IOException {
    int drawn = 2 * ROWS + 50;
    float[] expected = new float[drawn * WIDTH];
    try (ShuffledRows shuffled = new ShuffledRows(MemorySource.of(values, WIDTH), 7, 50, 8)) {
      shuffled.next(expected, drawn);
    }
    for (int stop : new int[] {1, 49, ROWS, ROWS + 123}) {
      float[] found = new float[stop * WIDTH];
      Position position;
      try (ShuffledRows before = new ShuffledRows(source, 7, 50, 8)) {
        before.next(found, stop);
        position = before.position();
      }
      assertArrayEquals(Arrays.copyOf(expected, found.length), found);
      assertEquals(new Position(stop / ROWS, stop % ROWS), position);
      try (ShuffledRows resumed = new ShuffledRows(source, 7, 50, 8)) {
        resumed.seek(position);
        float[] rest = new float[expected.length - found.length];
        resumed.next(rest, drawn - stop);
        assertArrayEquals(Arrays.copyOfRange(expected, found.length, expected.length), rest);
      }
    }
  }
}
