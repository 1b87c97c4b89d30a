package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.SparseAutoencoder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NearestLatentsTest {

  @Test
  void ranksByCosineRegardlessOfLength() {
    SparseAutoencoder sae =
        PlantedTexts.dictionary(new float[][] {{1, 0}, {0, 5}, {3, 3}, {-2, 0}}, 1);
    NearestLatents nearest = NearestLatents.of(sae, 2);
    List<NearestLatents.Neighbour> first = nearest.of(0);
    assertEquals(List.of(2, 1), first.stream().map(NearestLatents.Neighbour::latent).toList());
    assertEquals(Math.sqrt(0.5), first.get(0).cosine(), 1e-6);
    assertEquals(0, first.get(1).cosine(), 1e-6);
    assertEquals(1, nearest.of(3).get(0).latent());
  }

  @Test
  void agreesWithPlainLoopsAcrossBlocks() {
    int nLatents = 1100;
    int nIn = 8;
    Random random = new Random(11);
    float[][] rows = new float[nLatents][nIn];
    for (float[] row : rows) {
      for (int j = 0; j < nIn; j++) {
        row[j] = (float) random.nextGaussian();
      }
    }
    NearestLatents nearest = NearestLatents.of(PlantedTexts.dictionary(rows, 1), 1);
    for (int latent = 0; latent < nLatents; latent += 97) {
      int best = latent == 0 ? 1 : 0;
      for (int other = 0; other < nLatents; other++) {
        if (other != latent && cosine(rows, latent, other) > cosine(rows, latent, best)) {
          best = other;
        }
      }
      assertEquals(best, nearest.of(latent).get(0).latent());
      assertEquals(cosine(rows, latent, best), nearest.of(latent).get(0).cosine(), 1e-5);
    }
  }

  @Test
  void returnsNoMoreThanThereAre() {
    SparseAutoencoder sae = PlantedTexts.dictionary(new float[][] {{1, 0}, {0, 1}}, 1);
    assertEquals(1, NearestLatents.of(sae, 5).of(0).size());
    SparseAutoencoder one = PlantedTexts.dictionary(new float[][] {{1, 0}}, 1);
    assertEquals(List.of(), NearestLatents.of(one, 5).of(0));
  }

  private static double cosine(float[][] rows, int a, int b) {
    double dot = 0;
    double normA = 0;
    double normB = 0;
    for (int j = 0; j < rows[a].length; j++) {
      dot += (double) rows[a][j] * rows[b][j];
      normA += (double) rows[a][j] * rows[a][j];
      normB += (double) rows[b][j] * rows[b][j];
    }
    return dot / Math.sqrt(normA * normB);
  }
}
