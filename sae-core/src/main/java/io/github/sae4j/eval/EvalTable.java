package io.github.sae4j.eval;

import java.util.List;
import java.util.Locale;

/** Formats an {@link EvalReport} as text for a console. */
public final class EvalTable {
  private static final int BAR = 40;

  private EvalTable() {}

  /** Returns one line per measure with its label, value and meaning, then the histograms. */
  public static String render(EvalReport report) {
    Reconstruction r = report.reconstruction();
    LatentDensities latents = report.latents();
    StringBuilder out = new StringBuilder();
    out.append(report.source()).append('\n');
    line(out, "rows", text("%,d", r.rows()), "");
    line(out, "dictionary", text("%,d -> %,d", report.nIn(), latents.nLatents()), report.variant());
    line(out, "FVU", decimal(r.fvu()), "fraction of variance unexplained");
    line(out, "explained variance", decimal(r.explainedVariance()), "1 - FVU");
    line(out, "mean squared error", text("%.4g", r.meanSquaredError()), "per value");
    line(out, "cosine", decimal(r.cosine()), "mean over rows, row and reconstruction");
    line(out, "norm ratio", decimal(r.normRatio()), "mean of reconstruction norm / row norm");
    line(out, "relative bias", decimal(r.relativeBias()), "1 if unbiased, less for shrinkage");
    line(out, "L0", text("%.2f", r.l0()), "mean active latents per row");
    line(out, "L1", text("%.4g", r.l1()), "mean sum of activations per row");
    fraction(out, "dead latents", latents.dead(), latents.nLatents(), "never active in these rows");
    fraction(out, "rare latents", latents.rare(), latents.nLatents(), "active in < 0.01 % of rows");
    fraction(out, "dense latents", latents.dense(), latents.nLatents(), "active in > 10 % of rows");
    DecoderSimilarity decoder = report.decoder();
    line(
        out,
        "decoder similarity",
        decimal(decoder.mean()),
        "mean of highest cosine with another latent");
    fraction(
        out,
        "near-duplicate latents",
        decoder.nearDuplicates(),
        latents.nLatents(),
        "highest cosine 0.9 or more");
    report.sources().ifPresent(compared -> out.append(compared.render()));
    histogram(
        out,
        "density (log10)",
        latents.histogram().counts(),
        DensityHistogram.LOG10_FROM,
        DensityHistogram.BIN_WIDTH);
    histogram(out, "decoder similarity", decoder.counts(), 0, DecoderSimilarity.BIN_WIDTH);
    report
        .sources()
        .flatMap(SourceComparison::relativeNorms)
        .ifPresent(
            norms ->
                histogram(
                    out,
                    "norm in " + report.sources().get().parts().get(0).part().name(),
                    norms.counts(),
                    0,
                    norms.binWidth()));
    return out.toString();
  }

  /**
   * Returns one line per measure that depends on the codes, with the numbers of two reports on the
   * same rows.
   */
  static String renderBeside(EvalReport own, EvalReport other, String name) {
    StringBuilder out = new StringBuilder();
    line(out, "codes by", "its encoder", name);
    Reconstruction a = own.reconstruction();
    Reconstruction b = other.reconstruction();
    LatentDensities p = own.latents();
    LatentDensities q = other.latents();
    line(out, "FVU", decimal(a.fvu()), decimal(b.fvu()));
    line(out, "explained variance", decimal(a.explainedVariance()), decimal(b.explainedVariance()));
    line(
        out,
        "mean squared error",
        text("%.4g", a.meanSquaredError()),
        text("%.4g", b.meanSquaredError()));
    line(out, "cosine", decimal(a.cosine()), decimal(b.cosine()));
    line(out, "norm ratio", decimal(a.normRatio()), decimal(b.normRatio()));
    line(out, "relative bias", decimal(a.relativeBias()), decimal(b.relativeBias()));
    line(out, "L0", text("%.2f", a.l0()), text("%.2f", b.l0()));
    line(out, "L1", text("%.4g", a.l1()), text("%.4g", b.l1()));
    line(out, "dead latents", text("%,d", p.dead()), text("%,d", q.dead()));
    line(out, "rare latents", text("%,d", p.rare()), text("%,d", q.rare()));
    line(out, "dense latents", text("%,d", p.dense()), text("%,d", q.dense()));
    return out.toString();
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  static String decimal(double value) {
    return Double.isFinite(value) ? text("%.4f", value) : "-";
  }

  private static void fraction(
      StringBuilder out, String label, int count, int all, String meaning) {
    line(
        out,
        label,
        text("%,d", count),
        text("%.1f %%, %s", 100.0 * count / Math.max(1, all), meaning));
  }

  private static void line(StringBuilder out, String label, String value, String meaning) {
    out.append(row(label, value, meaning));
  }

  static String row(String label, String value, String meaning) {
    return text("  %-20s %16s   %s", label, value, meaning).stripTrailing() + "\n";
  }

  /** Appends a bar for each bin between the first and the last that holds a latent. */
  private static void histogram(
      StringBuilder out, String label, List<Integer> counts, double lowest, double width) {
    int most = counts.stream().max(Integer::compare).orElse(0);
    if (most == 0) {
      return;
    }
    out.append(text("  %-22s  latents\n", label));
    int first = 0;
    int last = counts.size() - 1;
    while (counts.get(first) == 0) {
      first++;
    }
    while (counts.get(last) == 0) {
      last--;
    }
    for (int bin = first; bin <= last; bin++) {
      double from = lowest + bin * width;
      int bar = (int) Math.ceil((double) BAR * counts.get(bin) / most);
      String row =
          text("  %5.2f .. %5.2f %,15d   %s", from, from + width, counts.get(bin), "#".repeat(bar));
      out.append(row.stripTrailing()).append('\n');
    }
  }
}
