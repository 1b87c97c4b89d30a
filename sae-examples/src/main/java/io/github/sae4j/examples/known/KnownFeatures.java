package io.github.sae4j.examples.known;

import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.Recovery;
import io.github.sae4j.synthetic.SyntheticFeatures;
import io.github.sae4j.synthetic.SyntheticSource;
import io.github.sae4j.train.Trainer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Trains every variant on rows of which all features are known, and says what it found of them.
 *
 * <pre>KnownFeatures tutorial|hard|benchmark OUT [ROWS [SEED]]</pre>
 *
 * @param features what rows are made of
 * @param nLatents width of every dictionary
 * @param l0 activations a row that variants with a coefficient are brought to
 * @param rows of training, each seen once
 * @param learningRate of all that have none of their own
 * @param contenders who takes part
 */
public record KnownFeatures(
    SyntheticFeatures features,
    int nLatents,
    double l0,
    long rows,
    double learningRate,
    List<Contender> contenders) {
  private static final int MEASURED_ROWS = 50_000;
  private static final int BATCH_ROWS = 1024;
  private static final long TRAINING_ROWS_SEED = 2;
  private static final long MEASURED_ROWS_SEED = 3;
  private static final long RANDOM_DIRECTIONS_SEED = 7;

  /** SAELens' tutorial: 16 orthogonal features in 32 dimensions. */
  public static KnownFeatures tutorial(long rows) {
    return new KnownFeatures(
        SyntheticFeatures.tutorial(1), 16, 4, rows, 3e-3, Contenders.tutorial());
  }

  /** 32 features in 28 dimensions, some rare, some only with a parent. */
  public static KnownFeatures hard(long rows) {
    SyntheticFeatures features = SyntheticFeatures.hard(1);
    return new KnownFeatures(features, 32, features.meanL0(), rows, 1e-2, Contenders.hard());
  }

  /** 1,024 features in 256 dimensions for 512 latents. */
  public static KnownFeatures benchmark(long rows) {
    return new KnownFeatures(
        SyntheticFeatures.benchmark(1), 512, 10, rows, 3e-3, Contenders.benchmark());
  }

  /**
   * The study of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static KnownFeatures named(String name, long rows) {
    return switch (name) {
      case "tutorial" -> tutorial(rows);
      case "hard" -> hard(rows);
      case "benchmark" -> benchmark(rows);
      default ->
          throw new IllegalArgumentException(
              "the study must be tutorial, hard or benchmark, got '" + name + "'");
    };
  }

  /** The rows that a study of that name is meant to have. */
  static long defaultRows(String name) {
    return switch (name) {
      case "tutorial" -> 1_000_000;
      case "hard" -> 2_000_000;
      default -> 10_000_000;
    };
  }

  /**
   * Trains a contender, and measures it on rows that training did not see.
   *
   * @param seed of its first weights
   * @param run directory of the run, which is replaced
   */
  public Recovery recover(Contender contender, long seed, Path run) throws IOException {
    var config =
        contender.config(
            nLatents,
            settings -> settings.batchRows(BATCH_ROWS).learningRate(learningRate).seed(seed),
            l0);
    try (SyntheticSource training = features.source(rows, TRAINING_ROWS_SEED);
        SyntheticSource measured = features.source(MEASURED_ROWS, MEASURED_ROWS_SEED)) {
      var result = new Trainer(training, config, run).overwrite(true).train();
      return Recovery.measure(
          SaeDirectory.read(result.sae()).sae(),
          measured,
          EvalOptions.ALL,
          RANDOM_DIRECTIONS_SEED,
          (done, total) -> {});
    }
  }

  /** Prints a table with a line for each contender, as soon as it is there. */
  void print(PrintStream to, Path out, long seed) throws IOException {
    to.println("| variant | MCC | of random directions | F1 | FVU | L0 | true L0 | dead |");
    to.println("|---|---|---|---|---|---|---|---|");
    for (Contender each : contenders) {
      Recovery found = recover(each, seed, out);
      var reconstruction = found.evaluation().reconstruction();
      to.printf(
          Locale.ROOT,
          "| %s | %.4f | %.3f | %.3f | %.4f | %.2f | %.2f | %d |%n",
          each,
          found.match().mcc(),
          found.randomMcc(),
          found.scores().meanF1(),
          reconstruction.fvu(),
          reconstruction.l0(),
          found.trueL0(),
          found.evaluation().latents().dead());
    }
  }

  /** See the class. */
  public static void main(String[] args) throws IOException {
    if (args.length < 2 || args.length > 4) {
      throw new IllegalArgumentException("usage: KnownFeatures STUDY OUT [ROWS [SEED]]");
    }
    long rows = args.length > 2 ? Long.parseLong(args[2]) : defaultRows(args[0]);
    long seed = args.length > 3 ? Long.parseLong(args[3]) : 1;
    named(args[0], rows).print(System.out, Path.of(args[1], args[0]), seed);
  }
}
