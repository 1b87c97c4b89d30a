package io.github.sae4j.cli;

import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of the variants whose sparsity loss is a norm of the activations. */
@Section("Sparsity")
final class ReluOptions {

  @Option(
      names = "--weighting",
      paramLabel = "NAME",
      description =
          "relu-l1: weighting of activations: plain or decoder-norm (default: {default}).")
  private ReluL1.Weighting weighting;

  @Option(
      names = "--ghost-gradients",
      description = "relu-l1: use ghost gradients, which let dead latents learn from the error.")
  private boolean ghost;

  @Option(
      names = "--sources",
      paramLabel = "N:N",
      description =
          "relu-l1: widths of a crosscoder's sources, side by side in a row (default: {train|those of --data}{sweep|none}).")
  private Sizes sources;

  @Option(
      names = "--p",
      paramLabel = "X",
      description = "relu-lp: exponent at the start (default: {default}).")
  @Within(above = 0)
  private Double p;

  @Option(
      names = "--p-end",
      paramLabel = "X",
      description = "relu-lp: exponent at the end (default: {default}, at most --p).")
  @Within(above = 0)
  private Double pEnd;

  ReluL1 l1(double lambda, DictionaryShape shape) {
    List<Integer> widths = sources == null ? shape.sources() : sources.values();
    ReluL1.Weighting weights = weighting == null ? ReluL1.Weighting.DECODER_NORM : weighting;
    return new ReluL1(lambda, weights, ghost, widths);
  }

  ReluLp lp(double lambda) {
    double start = p == null ? 1 : p;
    return new ReluLp(lambda, start, pEnd == null ? Math.min(start, .5) : pEnd);
  }
}
