package io.github.sae4j.ui;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.nd4j.DenseCodes;
import io.github.sae4j.nd4j.NdCodes;
import org.deeplearning4j.ui.model.stats.api.Histogram;
import org.deeplearning4j.ui.model.stats.api.StatsReport;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.DefaultStatsUpdateConfiguration;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.junit.jupiter.api.Test;

class LatentStatsTest {
  private static final StatsType LATENTS = StatsType.Activations;

  private static StatsReport report(Codes codes) {
    StatsReport report = new SbeStatsReport();
    LatentStats.report(codes, "0", new DefaultStatsUpdateConfiguration.Builder().build(), report);
    return report;
  }

  /** Values of both signs, as in AbsTopK codes. */
  @Test
  void sparseCodesAreReportedLikeTheDenseMatrix() {
    SparseCodes sparse =
        SparseCodes.ofFloats(
            5, new int[] {0, 2, 3, 3}, new int[] {0, 3, 1}, new float[] {.5f, 2, -1.5f});
    assertSame(report(new DenseCodes(NdCodes.matrix(sparse))), report(sparse));
  }

  @Test
  void codesWithoutZerosAndWithOnlyZeros() {
    SparseCodes full =
        SparseCodes.ofDoubles(2, new int[] {0, 2}, new int[] {0, 1}, new double[] {1, 3});
    assertSame(report(new DenseCodes(NdCodes.matrix(full))), report(full));
    SparseCodes none = SparseCodes.ofFloats(4, new int[] {0, 0, 0}, new int[0], new float[0]);
    assertSame(report(new DenseCodes(NdCodes.matrix(none))), report(none));
  }

  private static void assertSame(StatsReport expected, StatsReport actual) {
    assertEquals(expected.getMean(LATENTS).get("0"), actual.getMean(LATENTS).get("0"), 1e-6);
    assertEquals(expected.getStdev(LATENTS).get("0"), actual.getStdev(LATENTS).get("0"), 1e-6);
    assertEquals(
        expected.getMeanMagnitudes(LATENTS).get("0"),
        actual.getMeanMagnitudes(LATENTS).get("0"),
        1e-6);
    Histogram matrix = expected.getHistograms(LATENTS).get("0");
    Histogram codes = actual.getHistograms(LATENTS).get("0");
    assertEquals(matrix.getMin(), codes.getMin(), 1e-6);
    assertEquals(matrix.getMax(), codes.getMax(), 1e-6);
    assertArrayEquals(matrix.getBinCounts(), codes.getBinCounts());
  }

  /** A matrix of 4,000,000,000 entries, as feature maps can have. */
  @Test
  void countsBeyondIntAreCapped() {
    int[] starts = new int[40_001];
    starts[40_000] = 1;
    StatsReport report =
        report(SparseCodes.ofFloats(100_000, starts, new int[] {7}, new float[] {4}));
    assertEquals(1e-9, report.getMean(LATENTS).get("0"), 1e-15);
    assertEquals(4 / Math.sqrt(4e9), report.getStdev(LATENTS).get("0"), 1e-9);
    assertEquals(Integer.MAX_VALUE, report.getHistograms(LATENTS).get("0").getBinCounts()[0]);
    assertEquals(1, report.getHistograms(LATENTS).get("0").getBinCounts()[19]);
  }
}
