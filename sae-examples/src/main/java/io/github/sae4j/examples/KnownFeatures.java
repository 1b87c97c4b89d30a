package io.github.sae4j.examples;

import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.Recovery;
import io.github.sae4j.synthetic.SyntheticFeatures;
import io.github.sae4j.synthetic.SyntheticSource;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainConfigBuilder;
import io.github.sae4j.train.Trainer;
import io.github.sae4j.variant.AbsTopK;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.KSparse;
import io.github.sae4j.variant.Matryoshka;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.ReluLp;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Data of which every feature is known, so that one can see whether a dictionary finds them: trains
 * every variant on one of three sets of features and prints what it recovered.
 *
 * <pre>KnownFeatures tutorial|hard|benchmark OUT [ROWS]</pre>
 */
public final class KnownFeatures {
  private static final int MEASURED_ROWS = 50_000;

  private final SyntheticFeatures features;
  private final int nLatents;
  private final double l0;
  private final long rows;
  private final double learningRate;

  /**
   * @param l0 activations a row that every variant is given, or brought to
   * @param rows of training, each seen once
   */
  public KnownFeatures(
      SyntheticFeatures features, int nLatents, double l0, long rows, double learningRate) {
    this.features = features;
    this.nLatents = nLatents;
    this.l0 = l0;
    this.rows = rows;
    this.learningRate = learningRate;
  }

  /** The study of that name. */
  static KnownFeatures named(String name, long rows) {
    return switch (name) {
      case "tutorial" -> new KnownFeatures(SyntheticFeatures.tutorial(1), 16, 4, rows, 3e-3);
      case "hard" -> {
        SyntheticFeatures hard = SyntheticFeatures.hard(1);
        yield new KnownFeatures(hard, 32, hard.meanL0(), rows, 3e-3);
      }
      case "benchmark" -> new KnownFeatures(SyntheticFeatures.benchmark(1), 512, 10, rows, 1e-3);
      default ->
          throw new IllegalArgumentException("expected tutorial, hard or benchmark, got " + name);
    };
  }

  /** Every variant under the name that the table gives it, and whether L0 is aimed at. */
  Map<String, Variant> variants() {
    int k = (int) Math.max(1, Math.round(l0));
    double aux = KSparse.AUX_COEFFICIENT;
    int kAux = Math.max(1, nLatents / 8);
    Map<String, Variant> all = new LinkedHashMap<>();
    all.put("ReLU + L1", new ReluL1(.1, ReluL1.Weighting.PLAIN));
    all.put("ReLU + L1, decoder norms", new ReluL1(.1, ReluL1.Weighting.DECODER_NORM));
    all.put("ReLU + Lp, p 1 → 0.5", new ReluLp(.05, 1, .5));
    all.put("TopK", new TopK(k, kAux, aux));
    all.put("TopK, Multi-TopK", new TopK(k, kAux, aux, true));
    all.put("AbsTopK", new AbsTopK(k, kAux, aux));
    all.put("BatchTopK", new BatchTopK(k, kAux, aux));
    all.put("Matryoshka of BatchTopK", Matryoshka.of(new BatchTopK(k, kAux, aux), nLatents));
    all.put("JumpReLU", new JumpRelu(.01, JumpRelu.Sparsity.STEP, 0, .01, 3e-6));
    all.put("JumpReLU, tanh", new JumpRelu(.01, JumpRelu.Sparsity.TANH, 0, .01, 3e-6));
    all.put("Gated", new Gated(.1));
    all.put("sigmoid + KL", new SigmoidKl(l0 / nLatents, .01));
    return all;
  }

  private TrainConfig config(Variant variant, long seed) {
    TrainConfigBuilder config =
        TrainConfig.builder(nLatents, variant)
            .batchRows(1024)
            .learningRate(learningRate)
            .seed(seed);
    return variant instanceof KSparse ? config.build() : config.targetL0(l0).build();
  }

  /** Trains a variant on the features and says what it found of them. */
  public Recovery recover(Variant variant, long seed, Path run) throws IOException {
    try (SyntheticSource training = features.source(rows, 2);
        SyntheticSource measured = features.source(MEASURED_ROWS, 3)) {
      var result = new Trainer(training, config(variant, seed), run).overwrite(true).train();
      return Recovery.measure(
          SaeDirectory.read(result.sae()).sae(), measured, EvalOptions.ALL, 7, (done, total) -> {});
    }
  }

  /** Prints a line for each variant. */
  public static void main(String[] args) throws IOException {
    long rows = args.length > 2 ? Long.parseLong(args[2]) : 2_000_000;
    KnownFeatures study = named(args[0], rows);
    System.out.println("| variant | MCC | random | F1 | FVU | L0 (true) | dead |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (Map.Entry<String, Variant> each : study.variants().entrySet()) {
      Recovery found = study.recover(each.getValue(), 1, Path.of(args[1], args[0]));
      System.out.printf(
          "| %s | %.4f | %.3f | %.3f | %.4f | %.2f (%.2f) | %d |%n",
          each.getKey(),
          found.match().mcc(),
          found.randomMcc(),
          found.scores().meanF1(),
          found.evaluation().reconstruction().fvu(),
          found.evaluation().reconstruction().l0(),
          found.trueL0(),
          found.evaluation().latents().dead());
    }
  }
}
