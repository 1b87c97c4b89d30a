package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DecoderSimilarityTest {

  @Test
  void handWorked() {
    // three latents at 0, 90 and 45 degrees have their nearest at 45; one at 180 has it at 90
    DecoderSimilarity similarity = of(new float[][] {{1, 0}, {0, 5}, {3, 3}, {-2, 0}});
    assertEquals(3 * Math.sqrt(0.5) / 4, similarity.mean(), 1e-6);
    assertEquals(0, similarity.nearDuplicates());
    assertEquals(20, similarity.counts().size());
    assertEquals(1, similarity.counts().get(0));
    assertEquals(3, similarity.counts().get(14)); // 0.7071 in [0.70, 0.75)
  }

  @Test
  void twinsAndOpposites() {
    DecoderSimilarity twins = of(new float[][] {{1, 0}, {2, 0}, {-1, 0}});
    assertEquals(2, twins.nearDuplicates());
    assertEquals((1 + 1 - 1) / 3.0, twins.mean(), 1e-6);
    assertEquals(1, twins.counts().get(0));
    assertEquals(2, twins.counts().get(19));
  }

  @Test
  void singleLatentHasNoSimilarity() {
    DecoderSimilarity one = of(new float[][] {{1, 0}});
    assertTrue(Double.isNaN(one.mean()));
    assertEquals(0, one.nearDuplicates());
  }

  private static DecoderSimilarity of(float[][] wDec) {
    return DecoderSimilarity.of(PlantedTexts.dictionary(wDec, 1));
  }
}
