package io.github.sae4j.apply.anomaly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SaeCases;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.store.MemorySource;
import io.github.sae4j.variant.TopK;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class AnomalyScorerTest {

  /** The identity on two of three dimensions; one latent is active per row. */
  private static SparseAutoencoder twoAxes() {
    float[][] axes = {{1, 0, 0}, {0, 1, 0}};
    return new SparseAutoencoder(
        new SaeParameters(
            Nd4j.createFromArray(axes).transpose().dup('f'),
            Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.FLOAT, 2),
            Nd4j.createFromArray(axes),
            Nd4j.zeros(org.nd4j.linalg.api.buffer.DataType.FLOAT, 3)),
        new TopK(1, 0, 0));
  }

  /** Three rows on the first axis, one on the second, each with an error of 1, 1, 2 and 0. */
  private static AnomalyScorer scorer() throws IOException {
    float[][] train = {{2, 0, 1}, {3, 1, 0}, {4, 0, 2}, {0, 5, 0}};
    return AnomalyScorer.fit(twoAxes(), MemorySource.of(train), done -> {});
  }

  @Test
  void scoresByHand() throws IOException {
    RowScores scores = scorer().score(new float[] {0, 3, 4});
    assertEquals(16, scores.error());
    assertEquals(4 / 5.0, scores.relativeError(), 1e-12);
    // rates 3.5/5 and 1.5/5; the second is active, the first is not
    double surprise = -Math.log(0.3) - Math.log(0.3);
    assertEquals(surprise, scores.surprise(), 1e-12);
    // error 16 beyond 4 of {0, 1, 1, 4}; relative 0.8 beyond 2/sqrt(20); the surprise is the
    // largest of training, reached once in four rows
    double combined =
        (Math.log(5) + Math.log(16 / 4.0))
            + (Math.log(5) + Math.log(0.8 / (2 / Math.sqrt(20))))
            - Math.log(2 / 5.0);
    assertEquals(combined, scores.combined(), 1e-9);
  }

  @Test
  void explainsByHand() throws IOException {
    Explanation why = scorer().explain(new float[] {1, 3, 3}, 5);
    assertEquals(2, why.dimensions().size(), "the second has no error");
    assertEquals(new Explanation.Dimension(2, 3, 0, 0.9), why.dimensions().get(0));
    assertEquals(new Explanation.Dimension(0, 1, 0, 0.1), why.dimensions().get(1));
    assertEquals(2, why.latents().size());
    Explanation.Latent active =
        why.latents().stream().filter(Explanation.Latent::isActive).findFirst().orElseThrow();
    assertEquals(1, active.latent());
    assertEquals(3, active.activation());
    assertEquals(0.3, active.rate(), 1e-12);
    double sum = why.latents().stream().mapToDouble(Explanation.Latent::surprise).sum();
    assertEquals(scorer().score(new float[] {1, 3, 3}).surprise(), sum, 1e-12);
    assertEquals(1, scorer().explain(new float[] {1, 3, 3}, 1).dimensions().size());
  }

  @Test
  void aRowOfZerosHasScores() throws IOException {
    RowScores scores = scorer().score(new float[3]);
    assertEquals(0, scores.error());
    assertEquals(0, scores.relativeError());
    assertTrue(Double.isFinite(scores.combined()));
  }

  /** Every kind of code and of reconstruction, also dense ones and those of float64. */
  @Test
  void everyKindOfSaeScores() throws IOException {
    for (Map.Entry<String, SparseAutoencoder> each : SaeCases.all(8, 32).entrySet()) {
      SparseAutoencoder sae = each.getValue();
      MemorySource rows = MemorySource.of(SaeCases.rows(300, 8, 3));
      if (sae.parameters().form().isTranscoder()) {
        String message =
            assertThrows(
                    IllegalArgumentException.class, () -> AnomalyScorer.fit(sae, rows, done -> {}))
                .getMessage();
        assertTrue(message.contains("a transcoder cannot score its input"), message);
        continue;
      }
      AnomalyScorer scorer = AnomalyScorer.fit(sae, rows, done -> {});
      float[] row = new float[8];
      rows.read(17, 1, row, 0);
      RowScores scores = scorer.score(row);
      float[] decoded = sae.reconstruct(row);
      double error = 0;
      double norm = 0;
      for (int j = 0; j < 8; j++) {
        error += Math.pow((double) row[j] - decoded[j], 2);
        norm += Math.pow(row[j], 2);
      }
      assertEquals(List.of(scores), scorer.score(new float[][] {row}), each.getKey());
      assertEquals(error, scores.error(), 1e-5 * error, each.getKey());
      assertEquals(Math.sqrt(error / norm), scores.relativeError(), 1e-4 * Math.sqrt(error / norm));
      double surprise = 0;
      for (int j = 0; j < 32; j++) {
        surprise += scorer.rates().surprise(j, sae.encode(row).at(j) != 0);
      }
      assertEquals(surprise, scores.surprise(), 1e-9 * surprise, each.getKey());
    }
  }

  @Test
  void rowsThatDoNotFitAreRefused() {
    SparseAutoencoder sae = twoAxes();
    String narrow =
        assertThrows(
                IllegalArgumentException.class,
                () -> AnomalyScorer.fit(sae, MemorySource.of(new float[4], 2), done -> {}))
            .getMessage();
    assertTrue(narrow.contains("rows of 3 values") && narrow.contains("have 2"), narrow);
    String nan =
        assertThrows(
                IOException.class,
                () ->
                    AnomalyScorer.fit(
                        sae, MemorySource.of(new float[][] {{1, 2, Float.NaN}}), done -> {}))
            .getMessage();
    assertTrue(nan.contains("row 0, column 2"), nan);
    assertFalse(nan.isEmpty());
  }
}
