package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.DenseCodes;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class LatentDensitiesTest {

  @Test
  void densitiesAreFractionsOfRows() {
    LatentDensities.Counter counter = new LatentDensities.Counter(3);
    counter.add(codes(3, new int[] {0, 2, 3}, 0, 2, 0));
    counter.add(codes(3, new int[] {0, 0, 1}, 0));
    LatentDensities densities = counter.result();
    assertEquals(4, densities.rows());
    assertEquals(3, densities.firings(0));
    assertEquals(0.75, densities.density(0));
    assertEquals(0.25, densities.density(2));
    assertEquals(1, densities.dead());
    assertEquals(1.0 / 3, densities.deadFraction());
    assertEquals(2, densities.dense());
    assertEquals(0, densities.rare());
  }

  @Test
  void countsRareAndDenseLatentsAndBins() {
    // 20,000 rows: latent 0 fires in one, 1 in two (1e-4, no longer rare), 2 in a tenth, 3 in all
    int rows = 20_000;
    int[] starts = new int[rows + 1];
    int[] latents = new int[3 * rows];
    int at = 0;
    for (int row = 0; row < rows; row++) {
      if (row == 0) {
        latents[at++] = 0;
      }
      if (row < 2) {
        latents[at++] = 1;
      }
      if (row % 10 == 0) {
        latents[at++] = 2;
      }
      latents[at++] = 3;
      starts[row + 1] = at;
    }
    LatentDensities.Counter counter = new LatentDensities.Counter(5);
    counter.add(codes(5, starts, Arrays.copyOf(latents, at)));
    LatentDensities densities = counter.result();
    assertEquals(1, densities.dead());
    assertEquals(1, densities.rare());
    assertEquals(1, densities.dense());
    DensityHistogram histogram = densities.histogram();
    assertEquals(28, histogram.counts().size());
    assertEquals(4, histogram.counts().stream().mapToInt(Integer::intValue).sum());
    assertEquals(1, histogram.counts().get(10)); // log10(5e-5) = -4.30 in [-4.5, -4.25)
    assertEquals(1, histogram.counts().get(12)); // -4 in [-4, -3.75)
    assertEquals(1, histogram.counts().get(24)); // -1 in [-1, -0.75)
    assertEquals(1, histogram.counts().get(27)); // a density of 1 in the last bin
  }

  @Test
  void sigmoidCodesFireAboveOneHalf() {
    LatentDensities.Counter counter = new LatentDensities.Counter(2);
    counter.add(new DenseCodes(Nd4j.createFromArray(new float[][] {{.9f, .1f}, {.51f, .5f}})));
    assertEquals(2, counter.result().firings(0));
    assertEquals(0, counter.result().firings(1));
  }

  private static SparseCodes codes(int nLatents, int[] starts, int... latents) {
    float[] values = new float[latents.length];
    Arrays.fill(values, 1);
    return SparseCodes.ofFloats(nLatents, starts, latents, values);
  }
}
