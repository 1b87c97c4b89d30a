package io.github.sae4j.synthetic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureDictionaryTest {

  @ParameterizedTest
  @CsvSource({"16, 32", "8, 8", "1, 1"})
  void orthogonalIfPossible(int nFeatures, int width) {
    float[][] rows = rows(FeatureDictionary.of(nFeatures, width, 3));
    for (int i = 0; i < nFeatures; i++) {
      for (int j = 0; j <= i; j++) {
        assertEquals(i == j ? 1 : 0, dot(rows[i], rows[j]), 1e-6);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"32, 28", "20, 8", "300, 64"})
  void otherwiseReachTheWelchBound(int nFeatures, int width) {
    float[][] rows = rows(FeatureDictionary.of(nFeatures, width, 3));
    double squares = 0;
    for (float[] a : rows) {
      assertEquals(1, dot(a, a), 1e-6);
      for (float[] b : rows) {
        squares += dot(a, b) * dot(a, b);
      }
    }
    double least = (double) nFeatures * nFeatures / width;
    assertTrue(squares >= least * (1 - 1e-6) && squares <= least * (1 + 2e-4), "" + squares);
  }

  @Test
  void dependOnTheSeedAlone() {
    float[] first = FeatureDictionary.of(20, 8, 3).directions();
    assertArrayEquals(first, FeatureDictionary.of(20, 8, 3).directions());
    assertFalse(Arrays.equals(first, FeatureDictionary.of(20, 8, 4).directions()));
    assertThrows(IllegalArgumentException.class, () -> FeatureDictionary.of(0, 8, 1));
  }

  private static float[][] rows(FeatureDictionary dictionary) {
    return dictionary.matrix().toFloatMatrix();
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += (double) a[j] * b[j];
    }
    return sum;
  }
}
