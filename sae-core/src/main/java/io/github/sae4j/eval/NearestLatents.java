package io.github.sae4j.eval;

import io.github.sae4j.SparseAutoencoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** For each latent, those whose decoder directions have the highest cosine with its own. */
public final class NearestLatents {
  private static final int BLOCK = 512;

  private final List<List<Neighbour>> neighbours;

  private NearestLatents(List<List<Neighbour>> neighbours) {
    this.neighbours = neighbours;
  }

  /** Another latent and the cosine of its decoder direction with that of the latent asked about. */
  public record Neighbour(int latent, float cosine) {}

  /**
   * Compares all decoder directions, a block of them at a time.
   *
   * @param most neighbours to keep for each latent
   */
  public static NearestLatents of(SparseAutoencoder sae, int most) {
    int nLatents = sae.nLatents();
    int count = Math.max(0, Math.min(most, nLatents - 1));
    List<List<Neighbour>> neighbours = new ArrayList<>(nLatents);
    try (INDArray unit = unitRows(sae.parameters().wDec())) {
      for (int from = 0; from < nLatents; from += BLOCK) {
        int to = Math.min(nLatents, from + BLOCK);
        int first = from;
        float[] cosines = cosines(unit, from, to);
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

  /** The nearest latents, nearest first. */
  public List<Neighbour> of(int latent) {
    return neighbours.get(latent);
  }

  /** The rows at unit length; a row of zeros stays. */
  private static INDArray unitRows(INDArray wDec) {
    float[] rows = FloatRows.toFloats(wDec);
    int width = (int) wDec.size(1);
    for (int from = 0; from < rows.length; from += width) {
      double squares = 0;
      for (int j = from; j < from + width; j++) {
        squares += (double) rows[j] * rows[j];
      }
      double scale = squares > 0 ? 1 / Math.sqrt(squares) : 0;
      for (int j = from; j < from + width; j++) {
        rows[j] *= (float) scale;
      }
    }
    return Nd4j.createFromArray(rows).reshape('c', wDec.size(0), width);
  }

  /** Cosines of latents {@code [from, to)} with all, latent after latent. */
  private static float[] cosines(INDArray unit, int from, int to) {
    INDArray block = unit.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
    long[] shape = {unit.size(0), to - from};
    // f-ordered, so that a column, the cosines of one latent, lies in one piece
    try (INDArray product = Nd4j.createUninitialized(unit.dataType(), shape, 'f')) {
      Nd4j.gemm(unit, block.transpose(), product, false, false, 1, 0);
      return product.data().asFloat();
    }
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
