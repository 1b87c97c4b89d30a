package io.github.sae4j.eval;

import io.github.sae4j.SparseAutoencoder;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How alike the latents of a dictionary are: of each decoder direction the highest cosine with that
 * of another latent. Bin i counts the latents with {@code [i·BIN_WIDTH, (i + 1)·BIN_WIDTH)}; the
 * first bin holds what is below 0 too, the last a cosine of 1.
 *
 * @param mean of the highest cosines; NaN for a dictionary of one latent
 * @param nearDuplicates latents with a cosine of {@link #NEAR_DUPLICATE_COSINE} or more
 * @param counts latents in each bin
 */
public record DecoderSimilarity(double mean, int nearDuplicates, List<Integer> counts) {
  /** Width of a bin. */
  public static final double BIN_WIDTH = 0.05;

  /** Latents whose directions have this cosine or more are near-duplicates. */
  public static final double NEAR_DUPLICATE_COSINE = 0.9;

  private static final int BINS = 20;

  public DecoderSimilarity {
    counts = List.copyOf(counts);
  }

  /** Compares all decoder rows, a block of them at a time: {@code 2·nLatents²·nIn} operations. */
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
