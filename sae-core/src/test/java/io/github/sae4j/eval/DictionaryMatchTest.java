package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DictionaryMatchTest {
  private static final float HALF_ROOT_3 = (float) Math.sqrt(0.75);

  @Test
  void nearestNeedNotBeThePartner() {
    // features at 0 and -60 degrees, latents at 0 and 60: cosines 1, 1/2 and 1/2, -1/2. The pair
    // with cosine 1 leaves -1/2 to the others; the best sum is 1/2 + 1/2
    INDArray features = matrix(new float[][] {{1, 0}, {1, -2 * HALF_ROOT_3}});
    INDArray decoder = matrix(new float[][] {{3, 0}, {0.5f, HALF_ROOT_3}});
    DictionaryMatch match = DictionaryMatch.of(features, decoder);
    assertEquals(1, match.latentOf(0));
    assertEquals(0, match.latentOf(1));
    assertEquals(0.5, match.cosineOf(0), 1e-6);
    assertEquals(0.5, match.mcc(), 1e-6);
    assertEquals(0.75, match.featureMmcs(), 1e-6);
    assertEquals(0.75, match.latentMmcs(), 1e-6);

    // with absolute cosines 1 + 1/2 is the best
    DictionaryMatch absolute = DictionaryMatch.ignoringSigns(features, decoder);
    assertEquals(0, absolute.latentOf(0));
    assertEquals(0.75, absolute.mcc(), 1e-6);
  }

  @Test
  void oppositeDirectionsDoNotMatch() {
    INDArray features = matrix(new float[][] {{1, 0}});
    INDArray decoder = matrix(new float[][] {{-2, 0}});
    assertEquals(-1, DictionaryMatch.of(features, decoder).mcc(), 1e-6);
    assertEquals(1, DictionaryMatch.ignoringSigns(features, decoder).mcc(), 1e-6);
  }

  @Test
  void unequalNumbers() {
    float[][] few = {{0, 1}};
    float[][] many = {{1, 0}, {0.6f, 0.8f}, {0, -1}};
    DictionaryMatch narrow = DictionaryMatch.of(matrix(many), matrix(few));
    assertEquals(1, narrow.pairs());
    assertEquals(0.8, narrow.mcc(), 1e-6);
    assertEquals(-1, narrow.latentOf(0));
    assertTrue(Float.isNaN(narrow.cosineOf(0)));
    assertEquals((0 + 0.8 - 1) / 3, narrow.featureMmcs(), 1e-6);
    assertEquals(0.8, narrow.latentMmcs(), 1e-6);
    DictionaryMatch wide = DictionaryMatch.of(matrix(few), matrix(many));
    assertEquals(1, wide.latentOf(0));
    assertEquals(0.8, wide.mcc(), 1e-6);
    assertEquals(0.8, wide.featureMmcs(), 1e-6);
  }

  @Test
  void findsAPermutationAcrossBlocks() {
    int n = 1100;
    Random random = new Random(4);
    float[][] rows = new float[n][16];
    float[][] permuted = new float[n][];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < 16; j++) {
        rows[i][j] = (float) random.nextGaussian();
      }
    }
    for (int i = 0; i < n; i++) {
      permuted[i * 3 % n] = rows[i];
    }
    DictionaryMatch match = DictionaryMatch.of(matrix(rows), matrix(permuted));
    assertEquals(1, match.mcc(), 1e-5);
    for (int i = 0; i < n; i++) {
      assertEquals(i * 3 % n, match.latentOf(i));
    }
  }

  @Test
  void zeroRowsAndOtherWidths() {
    INDArray features = matrix(new float[][] {{1, 0}});
    assertEquals(0, DictionaryMatch.of(features, matrix(new float[][] {{0, 0}})).mcc());
    assertThrows(
        IllegalArgumentException.class,
        () -> DictionaryMatch.of(features, matrix(new float[][] {{1, 0, 0}})));
  }

  private static INDArray matrix(float[][] rows) {
    return Nd4j.createFromArray(rows);
  }
}
