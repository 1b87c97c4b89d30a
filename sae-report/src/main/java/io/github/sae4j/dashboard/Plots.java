package io.github.sae4j.dashboard;

import io.github.sae4j.eval.LatentDensities;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The plots of a report. */
final class Plots {
  private Plots() {}

  static List<Plot> of(Optional<TrainingCurves> curves, LatentDensities densities) {
    List<Plot> plots = new ArrayList<>();
    curves.ifPresent(
        c -> {
          addLoss(c, plots);
          add(
              c,
              "l0",
              "curve-l0",
              "L0 during training",
              "Mean number of active latents per token.",
              PlotDrawing::large,
              plots);
          add(
              c,
              "dead_fraction",
              "curve-dead",
              "Dead latents during training",
              "Fraction of latents that have not been active for a long stretch of training.",
              PlotDrawing::percent,
              plots);
        });
    plots.add(histogram(densities));
    return plots;
  }

  private static void addLoss(TrainingCurves curves, List<Plot> plots) {
    TrainingCurves.Curve fvu = curves.curve("fvu");
    if (fvu.at().isEmpty()) {
      add(
          curves,
          "loss",
          "curve-loss",
          "Loss during training",
          "The training objective: reconstruction error plus sparsity penalty.",
          PlotDrawing::large,
          plots);
      return;
    }
    boolean cut = fvu.values().stream().anyMatch(value -> value > 1);
    plots.add(
        new Plot(
            "curve-fvu",
            "FVU during training",
            "Fraction of variance unexplained by the reconstruction; lower is better."
                + (cut ? " Early values above 1 are cut off." : ""),
            "FVU over training, ending at "
                + PlotDrawing.decimal(fvu.values().get(fvu.values().size() - 1)),
            () ->
                PlotDrawing.curve(
                    clipped(fvu), curves.byTokens(), PlotDrawing::decimal, cut ? 1.0 : null)));
  }

  private static TrainingCurves.Curve clipped(TrainingCurves.Curve curve) {
    return new TrainingCurves.Curve(
        curve.at(), curve.values().stream().map(value -> Math.min(1, value)).toList());
  }

  private static void add(
      TrainingCurves curves,
      String key,
      String file,
      String title,
      String explanation,
      Function<Double, String> labels,
      List<Plot> plots) {
    TrainingCurves.Curve curve = curves.curve(key);
    if (curve.at().isEmpty()) {
      return;
    }
    double last = curve.values().get(curve.values().size() - 1);
    boolean flatZero = curve.values().stream().allMatch(value -> value == 0);
    plots.add(
        new Plot(
            file,
            title,
            explanation,
            title + ", ending at " + labels.apply(last),
            () -> PlotDrawing.curve(curve, curves.byTokens(), labels, flatZero ? 1.0 : null)));
  }

  private static Plot histogram(LatentDensities densities) {
    return new Plot(
        "density-histogram",
        "How often latents are active",
        "Number of latents by density, on a logarithmic scale. Latents on the far left hardly ever"
            + " fire; those on the far right fire on almost everything and mean little.",
        "Histogram of latent densities",
        () -> PlotDrawing.histogram(densities.histogram()));
  }
}
