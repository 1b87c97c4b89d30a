package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.DenseCodes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class FeatureScoresTest {
  /** Feature 0 matches latent 1 and feature 1 latent 0; feature 2 has no match. */
  private final DictionaryMatch match =
      DictionaryMatch.of(
          Nd4j.createFromArray(new float[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}),
          Nd4j.createFromArray(new float[][] {{0, 1, 0}, {1, 0, 0}}));

  @Test
  void handWorked() {
    FeatureScores.Counter counter = new FeatureScores.Counter(match);
    // rows: feature 0 | 0, 1 | 2, in two batches
    counter.add(codes(3, new int[] {0, 1, 3}, 0, 0, 1), codes(2, new int[] {0, 1, 2}, 1, 0));
    counter.add(codes(3, new int[] {0, 1}, 2), codes(2, new int[] {0, 2}, 0, 1));
    FeatureScores scores = counter.result();
    assertEquals(3, scores.rows());
    // feature 0 fires twice and its latent twice, once together
    assertEquals(new FeatureScores.Score(0.5, 0.5, 0.5), scores.of(0));
    // feature 1 fires once; its latent fires then and once more
    assertEquals(new FeatureScores.Score(0.5, 1, 2.0 / 3), scores.of(1));
    assertEquals((0.5 + 2.0 / 3) / 2, scores.meanF1(), 1e-12);
    assertEquals(0.5, scores.meanPrecision(), 1e-12);
    assertEquals(0.75, scores.meanRecall(), 1e-12);
    assertEquals((0.5 + 2.0 / 3) / 3, scores.meanF1OfAll(), 1e-12);
  }

  @Test
  void neverFiring() {
    FeatureScores.Counter counter = new FeatureScores.Counter(match);
    assertTrue(Double.isNaN(counter.result().meanF1()));
    // feature 0 fires but its latent does not; feature 1 does not fire but its latent does
    counter.add(codes(3, new int[] {0, 1}, 0), codes(2, new int[] {0, 1}, 0));
    FeatureScores scores = counter.result();
    assertEquals(new FeatureScores.Score(Double.NaN, 0, 0), scores.of(0));
    assertEquals(new FeatureScores.Score(0, Double.NaN, 0), scores.of(1));
    assertEquals(0, scores.meanF1());
    assertEquals(0, scores.meanPrecision());
    assertEquals(0, scores.meanRecall());
  }

  @Test
  void denseCodesFireWhereActive() {
    FeatureScores.Counter counter = new FeatureScores.Counter(match);
    counter.add(
        codes(3, new int[] {0, 1}, 0),
        new DenseCodes(Nd4j.createFromArray(new float[][] {{0.4f, 0.6f}})));
    assertEquals(new FeatureScores.Score(1, 1, 1), counter.result().of(0));
  }

  @Test
  void mismatchedShapesThrow() {
    FeatureScores.Counter counter = new FeatureScores.Counter(match);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    counter.add(codes(3, new int[] {0, 1}, 0), codes(4, new int[] {0, 1, 2}, 0, 1)))
            .getMessage();
    assertEquals(
        "true codes are [1, 3] and codes [2, 4]; expected equal rows, 3 features and 2 latents",
        message);
  }

  private static SparseCodes codes(int nLatents, int[] starts, int... latents) {
    float[] values = new float[latents.length];
    Arrays.fill(values, 1);
    return SparseCodes.ofFloats(nLatents, starts, latents, values);
  }
}
