package io.github.sae4j.examples.compression;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The methods that .saez files are compared with do what they should. */
class CodecsTest {
  private static final int WIDTH = 12;
  private static final int ROWS = 600;

  /** Rows in a space of four dimensions, and little noise. */
  private static float[] rows(long seed) {
    Random random = new Random(seed);
    Random fixed = new Random(9);
    float[] directions = new float[4 * WIDTH];
    for (int i = 0; i < directions.length; i++) {
      directions[i] = (float) fixed.nextGaussian();
    }
    float[] rows = new float[ROWS * WIDTH];
    for (int row = 0; row < ROWS; row++) {
      for (int k = 0; k < 4; k++) {
        double weight = (4 - k) * random.nextGaussian();
        for (int j = 0; j < WIDTH; j++) {
          rows[row * WIDTH + j] += (float) (weight * directions[k * WIDTH + j]);
        }
      }
      for (int j = 0; j < WIDTH; j++) {
        rows[row * WIDTH + j] += (float) (3 + 0.01 * random.nextGaussian());
      }
    }
    return rows;
  }

  private static double fvu(Codec codec) throws IOException {
    float[] rows = rows(2);
    return CompressionStudy.fvu(rows, codec.code(rows).rows(), WIDTH);
  }

  @Test
  void finerSettingsMakeSmallerErrors() throws IOException {
    float[] train = rows(1);
    Pca pca = new Pca(train, WIDTH);
    for (List<Codec> finer :
        List.of(
            List.<Codec>of(
                new ScalarCodec(train, WIDTH, 4, false), new ScalarCodec(train, WIDTH, 8, true)),
            List.<Codec>of(
                new PcaCodec(pca, train, 2),
                new PcaCodec(pca, train, 3),
                new PcaCodec(pca, train, 4)),
            List.<Codec>of(
                new TransformCodec(pca, WIDTH, 4, ""), new TransformCodec(pca, WIDTH, 1, "")),
            List.<Codec>of(
                new ProductCodec(train, WIDTH, 2, 1), new ProductCodec(train, WIDTH, 6, 1)))) {
      for (int i = 1; i < finer.size(); i++) {
        double coarse = fvu(finer.get(i - 1));
        double fine = fvu(finer.get(i));
        assertTrue(fine < coarse / 2, finer.get(i).method() + ": " + coarse + ", " + fine);
      }
    }
    assertEquals(0, fvu(new PcaCodec(pca, train, 4)), 3e-3); // three leave 16e-3
    assertEquals(0, fvu(new HalfCodec(WIDTH)), 1e-6);
  }

  @Test
  void sizesAreThoseOfTheBits() throws IOException {
    float[] train = rows(1);
    assertEquals(ROWS * WIDTH, new ScalarCodec(train, WIDTH, 8, false).code(train).plain());
    assertEquals(ROWS * WIDTH / 2, new ScalarCodec(train, WIDTH, 4, false).code(train).plain());
    Codec.Coded coded = new ProductCodec(train, WIDTH, 6, 1).code(train);
    assertEquals(ROWS * 6, coded.toPack().length);
    assertTrue(coded.packed().plain() <= ROWS * 6);
    assertEquals(0, coded.packed().toPack().length);
  }

  /** Labels that are clusters are told by both; random ones by neither. */
  @Test
  void accuracyIsThatOfTheLabels() {
    Random random = new Random(4);
    int n = 400;
    float[] rows = new float[n * WIDTH];
    int[] clusters = new int[n];
    int[] chance = new int[n];
    for (int i = 0; i < n; i++) {
      clusters[i] = random.nextInt(4);
      chance[i] = random.nextInt(4);
      for (int j = 0; j < WIDTH; j++) {
        rows[i * WIDTH + j] = (float) (0.1 * random.nextGaussian()) + (j == clusters[i] ? 1 : 0);
      }
    }
    Downstream.Accuracy told = accuracy(rows, clusters);
    assertEquals(1, told.neighbours());
    assertEquals(1, told.probe());
    Downstream.Accuracy guessed = accuracy(rows, chance);
    assertTrue(guessed.neighbours() < .4 && guessed.probe() < .4, guessed.toString());
  }

  private static Downstream.Accuracy accuracy(float[] rows, int[] labels) {
    int half = labels.length / 2;
    return Downstream.of(
        Arrays.copyOf(rows, half * WIDTH),
        Arrays.copyOf(labels, half),
        Arrays.copyOfRange(rows, half * WIDTH, rows.length),
        Arrays.copyOfRange(labels, half, labels.length),
        WIDTH,
        4);
  }

  @Test
  void pooledRowsAreDirectionsOfTexts() {
    StudyRows texts = new StudyRows(new float[6], 2, new int[] {0, 0, 1}, new int[] {1, 0}, 2);
    float[] pooled = texts.pooled(new float[] {1, 2, 2, 2, 0, -5});
    assertArrayEquals(new float[] {0.6f, 0.8f, 0, -1}, pooled);
    assertArrayEquals(new int[] {0, 1, 0}, texts.labels(new int[] {1, 0, 1}));
    assertArrayEquals(new float[] {0, -1}, StudyRows.rows(pooled, 2, new int[] {1}));
  }

  @Test
  void intervalsAreStudents() {
    Results results = new Results();
    double[] bits = {1, 1.5, 2};
    for (double each : bits) {
      results.add("m | s", new Results.Trial("m", each, each / 20, 0, 0, 1, 1));
    }
    // 4.303 · 0.5/√3
    assertTrue(results.table().contains("| m | s | 1.500 ± 1.242 | 21.3 |"), results.table());
    assertEquals(32 / 1.5, results.smallest("m", true, .1).orElseThrow().ratio());
    assertTrue(results.smallest("m", false, .1).isEmpty());
    assertTrue(results.smallest("m", true, .07).isEmpty());
  }
}
