package io.github.sae4j.eval;

import io.github.sae4j.SparseAutoencoder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How alike the latents of a dictionary are: for each decoder direction, the highest cosine with
 * that of another latent. Bin i counts the latents in {@code [i·BIN_WIDTH, (i + 1)·BIN_WIDTH)}; the
 * first bin also holds cosines below 0, the last a cosine of 1.
 *
 * @param mean mean of the highest cosines; NaN for a dictionary with one latent
 * @param nearDuplicates number of latents with a cosine of at least {@link #NEAR_DUPLICATE_COSINE}
 * @param counts number of latents in each bin
 */
public record DecoderSimilarity(double mean, int nearDuplicates, List<Integer> counts) {
  /** Width of a bin. */
  public static final double BIN_WIDTH = 0.05;

  /** A latent with a cosine of at least this is a near-duplicate. */
  public static final double NEAR_DUPLICATE_COSINE = 0.9;

  private static final int BINS = 20;

  public DecoderSimilarity {
    counts = List.copyOf(counts);
  }

  /** Compares all decoder rows, one block at a time, in {@code 2·nLatents²·nIn} operations. */
  public static DecoderSimilarity of(SparseAutoencoder sae) {
    NearestLatents nearest = NearestLatents.of(sae, 1);
    double[] highest =
        IntStream.range(0, sae.nLatents())
            .mapToObj(nearest::of)
            .filter(neighbours -> !neighbours.isEmpty())
            .mapToDouble(neighbours -> neighbours.get(0).cosine())
            .toArray();
    int[] counts = new int[BINS];
    for (double cosine : highest) {
      counts[Math.max(0, Math.min(BINS - 1, (int) Math.floor(cosine / BIN_WIDTH)))]++;
    }
    return new DecoderSimilarity(
        Arrays.stream(highest).average().orElse(Double.NaN),
        (int) Arrays.stream(highest).filter(cosine -> cosine >= NEAR_DUPLICATE_COSINE).count(),
        Arrays.stream(counts).boxed().toList());
  }
}
