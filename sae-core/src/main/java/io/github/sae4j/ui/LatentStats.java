package io.github.sae4j.ui;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.NdCodes;
import java.util.Map;
import org.deeplearning4j.ui.model.stats.api.Histogram;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.api.StatsUpdateConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The activation statistics of a StatsListener, for latents. They cover a whole batch; the zeros of
 * sparse codes are counted but not stored.
 */
final class LatentStats {
  private final INDArray values;
  private final long unwritten;

  private LatentStats(INDArray values, long unwritten) {
    this.values = values;
    this.unwritten = unwritten;
  }

  /** Adds the requested statistics to a report, as activations of a layer. */
  static void report(Codes codes, String layer, StatsUpdateConfiguration wanted, StatsReport to) {
    if (codes instanceof SparseCodes sparse) {
      long zeros = (long) codes.rows() * codes.nLatents() - codes.activations();
      try (INDArray values = written(sparse, zeros > 0)) {
        new LatentStats(values, Math.max(0, zeros - 1)).report(layer, wanted, to);
      }
    } else {
      new LatentStats(NdCodes.matrix(codes), 0).report(layer, wanted, to);
    }
  }

  /** Returns the entries, plus a single zero if there are any, so that the range includes it. */
  private static INDArray written(SparseCodes codes, boolean andZero) {
    int entries = (int) codes.activations();
    double[] values = new double[entries + (andZero ? 1 : 0)];
    for (int i = 0; i < entries; i++) {
      values[i] = codes.value(i);
    }
    return Nd4j.createFromArray(values);
  }

  private void report(String layer, StatsUpdateConfiguration wanted, StatsReport to) {
    StatsType activations = StatsType.Activations;
    if (wanted.collectHistograms(activations)) {
      Histogram histogram = histogram(wanted.numHistogramBins(activations));
      to.reportHistograms(activations, Map.of(layer, histogram));
    }
    if (wanted.collectMean(activations)) {
      to.reportMean(activations, Map.of(layer, mean()));
    }
    if (wanted.collectStdev(activations)) {
      to.reportStdev(activations, Map.of(layer, deviation()));
    }
    if (wanted.collectMeanMagnitudes(activations)) {
      double magnitude = values.norm1Number().doubleValue() / length();
      to.reportMeanMagnitudes(activations, Map.of(layer, magnitude));
    }
  }

  private long length() {
    return values.length() + unwritten;
  }

  private double mean() {
    return values.sumNumber().doubleValue() / length();
  }

  /** Combines the two groups' deviations from their own means with that between the means. */
  private double deviation() {
    long n = values.length();
    double mean = values.meanNumber().doubleValue();
    double within = n == 1 ? 0 : (n - 1) * values.varNumber().doubleValue();
    double between = mean * mean * n * ((double) unwritten / length());
    return Math.sqrt((within + between) / Math.max(1, length() - 1));
  }

  /** Returns the histogram; counts too large for an int are capped. */
  private Histogram histogram(int bins) {
    double min = values.minNumber().doubleValue();
    double max = values.maxNumber().doubleValue();
    int[] counts = new int[bins];
    try (INDArray counted =
        Nd4j.exec(new org.nd4j.linalg.api.ops.impl.transforms.Histogram(values, bins))[0]) {
      for (int i = 0; i < bins; i++) {
        counts[i] = (int) counted.getDouble(i);
      }
    }
    if (unwritten > 0) {
      int zero = max > min ? Math.min(bins - 1, (int) (bins * (-min / (max - min)))) : 0;
      counts[zero] = (int) Math.min(Integer.MAX_VALUE, counts[zero] + unwritten);
    }
    return new Histogram(min, max, bins, counts);
  }
}
