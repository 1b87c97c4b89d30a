package io.github.sae4j.eval;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;

/**
 * Latents by log10 of their density, in bins that are the same for every dictionary: bin i holds
 * {@code [LOG10_FROM + i·BIN_WIDTH, LOG10_FROM + (i + 1)·BIN_WIDTH)}. The first bin also holds
 * lower densities, the last a density of 1. Latents that never fired are in no bin.
 *
 * @param counts number of latents in each bin
 */
public record DensityHistogram(List<Integer> counts) {
  /** Lower end of the first bin: one row in ten million. */
  public static final double LOG10_FROM = -7;

  /** Width of a bin. */
  public static final double BIN_WIDTH = 0.25;

  private static final int BINS = 28;

  public DensityHistogram {
    counts = List.copyOf(counts);
  }

  static DensityHistogram of(LatentDensities densities) {
    int[] counts = new int[BINS];
    for (int latent = 0; latent < densities.nLatents(); latent++) {
      if (densities.firings(latent) > 0) {
        double bin = (Math.log10(densities.density(latent)) - LOG10_FROM) / BIN_WIDTH;
        counts[Math.max(0, Math.min(BINS - 1, (int) Math.floor(bin)))]++;
      }
    }
    return new DensityHistogram(Arrays.stream(counts).boxed().toList());
  }

  @JsonProperty("log10_from")
  double log10From() {
    return LOG10_FROM;
  }

  @JsonProperty("bin_width")
  double binWidth() {
    return BIN_WIDTH;
  }
}
