package io.github.sae4j.eval;

import io.github.sae4j.SparseAutoencoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * For each latent, the other latents whose decoder directions have the highest cosine with its own.
 */
public final class NearestLatents {
  private final List<List<Neighbour>> neighbours;

  private NearestLatents(List<List<Neighbour>> neighbours) {
    this.neighbours = neighbours;
  }

  /** Another latent, and the cosine of its decoder direction with that of the given latent. */
  public record Neighbour(int latent, float cosine) {}

  /**
   * Compares all decoder directions, one block at a time.
   *
   * @param most number of neighbours to keep per latent
   */
  public static NearestLatents of(SparseAutoencoder sae, int most) {
    int nLatents = sae.nLatents();
    int count = Math.max(0, Math.min(most, nLatents - 1));
    List<List<Neighbour>> neighbours = new ArrayList<>(nLatents);
    try (UnitRows unit = UnitRows.of(sae.parameters().wDec())) {
      for (int from = 0; from < nLatents; from += UnitRows.BLOCK) {
        int to = Math.min(nLatents, from + UnitRows.BLOCK);
        int first = from;
        float[] cosines = unit.cosines(from, to, unit);
        neighbours.addAll(
            IntStream.range(from, to)
                .parallel()
                .mapToObj(
                    latent ->
                        nearest(cosines, (latent - first) * nLatents, nLatents, latent, count))
                .toList());
      }
    }
    return new NearestLatents(neighbours);
  }

  /** Returns the nearest latents, nearest first. */
  public List<Neighbour> of(int latent) {
    return neighbours.get(latent);
  }

  private static List<Neighbour> nearest(float[] cosines, int at, int n, int self, int count) {
    int[] best = new int[count];
    float[] values = new float[count];
    Arrays.fill(values, Float.NEGATIVE_INFINITY);
    for (int other = 0; other < n; other++) {
      float cosine = cosines[at + other];
      if (count == 0 || other == self || cosine <= values[count - 1]) {
        continue;
      }
      int place = count - 1;
      while (place > 0 && values[place - 1] < cosine) {
        values[place] = values[place - 1];
        best[place] = best[place - 1];
        place--;
      }
      values[place] = cosine;
      best[place] = other;
    }
    return IntStream.range(0, count).mapToObj(i -> new Neighbour(best[i], values[i])).toList();
  }
}
