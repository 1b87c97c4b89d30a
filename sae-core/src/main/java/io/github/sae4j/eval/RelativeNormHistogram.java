package io.github.sae4j.eval;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;

/**
 * Latents by {@link RelativeNorms relative norm}, in bins that are the same for every dictionary:
 * bin i holds {@code [i / BINS, (i + 1) / BINS)}; the last also holds 1.
 *
 * @param counts number of latents in each bin
 */
public record RelativeNormHistogram(List<Integer> counts) {
  /** Number of bins between 0 and 1. */
  public static final int BINS = 20;

  public RelativeNormHistogram {
    counts = List.copyOf(counts);
  }

  static RelativeNormHistogram of(double[] values) {
    int[] counts = new int[BINS];
    for (double value : values) {
      if (!Double.isNaN(value)) {
        counts[Math.min(BINS - 1, (int) (value * BINS))]++;
      }
    }
    return new RelativeNormHistogram(Arrays.stream(counts).boxed().toList());
  }

  @JsonProperty("bin_width")
  double binWidth() {
    return 1.0 / BINS;
  }
}
