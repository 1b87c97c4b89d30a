package io.github.sae4j.examples.known;

import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.eval.EvalOptions;
import io.github.sae4j.eval.Recovery;
import io.github.sae4j.synthetic.SyntheticFeatures;
import io.github.sae4j.synthetic.SyntheticSource;
import io.github.sae4j.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains every variant, with several seeds, on rows whose features are all known, and reports how
 * many of them it found.
 *
 * <pre>KnownFeatures tutorial|hard|benchmark OUT [SEEDS [VARIANT]]</pre>
 *
 * @param features the features that rows are made of, for a given seed
 * @param nLatents width of every dictionary
 * @param l0 target number of activations per row of variants with a coefficient
 * @param rows number of training rows, each seen once
 * @param learningRate learning rate of contenders that do not set one
 * @param goal MCC that a variant should reach with every seed; 0 for none
 * @param contenders variants that take part
 */
public record KnownFeatures(
    LongFunction<SyntheticFeatures> features,
    int nLatents,
    double l0,
    long rows,
    double learningRate,
    double goal,
    List<Contender> contenders) {
  private static final Logger LOG = LoggerFactory.getLogger(KnownFeatures.class);
  private static final int SEEDS = 20; // of a study with a goal
  private static final int MEASURED_ROWS = 50_000;
  private static final int BATCH_ROWS = 1024;
  private static final long RANDOM_DIRECTIONS_SEED = 6; // plus the seed

  /** SAELens' tutorial: 16 orthogonal features in 32 dimensions. */
  public static KnownFeatures tutorial(long rows) {
    return new KnownFeatures(
        SyntheticFeatures::tutorial, 16, 4, rows, 3e-3, .999, Contenders.tutorial());
  }

  /** 32 features in 28 dimensions, some rare, some firing only with a parent. */
  public static KnownFeatures hard(long rows) {
    double l0 = SyntheticFeatures.hard(1).meanL0(); // that of every seed
    return new KnownFeatures(SyntheticFeatures::hard, 32, l0, rows, 1e-2, .98, Contenders.hard());
  }

  /** 1,024 features in 256 dimensions for 512 latents. */
  public static KnownFeatures benchmark(long rows) {
    return new KnownFeatures(
        SyntheticFeatures::benchmark, 512, 10, rows, 3e-3, 0, Contenders.benchmark());
  }

  /**
   * Returns the study with a given name.
   *
   * @throws IllegalArgumentException if there is no such study
   */
  static KnownFeatures named(String name) {
    return switch (name) {
      case "tutorial" -> tutorial(1_000_000);
      case "hard" -> hard(2_000_000);
      case "benchmark" -> benchmark(10_000_000);
      default ->
          throw new IllegalArgumentException(
              "the study must be tutorial, hard or benchmark, got '" + name + "'");
    };
  }

  /**
   * Returns this study with only one contender.
   *
   * @throws IllegalArgumentException if there is no such contender
   */
  KnownFeatures only(String name) {
    List<Contender> one = contenders.stream().filter(each -> each.name().equals(name)).toList();
    if (one.isEmpty()) {
      throw new IllegalArgumentException(
          "the variant must be one of %s, got '%s'".formatted(contenders, name));
    }
    return new KnownFeatures(features, nLatents, l0, rows, learningRate, goal, one);
  }

  /**
   * Trains a contender and measures it on rows not seen in training.
   *
   * @param seed seed of everything: the features' directions, the rows and their order, the initial
   *     weights
   * @param run directory of the run, which is replaced
   */
  public Recovery recover(Contender contender, long seed, Path run) throws IOException {
    var config =
        contender.config(
            nLatents,
            settings -> settings.batch(BATCH_ROWS).learningRate(learningRate).seed(seed),
            l0);
    SyntheticFeatures truth = features.apply(seed);
    try (SyntheticSource training = truth.source(rows, 2 * seed);
        SyntheticSource measured = truth.source(MEASURED_ROWS, 2 * seed + 1)) {
      var result = new Trainer(training, config, run).overwrite(true).train();
      return Recovery.measure(
          SaeDirectory.read(result.sae()).sae(),
          measured,
          EvalOptions.ALL,
          RANDOM_DIRECTIONS_SEED + seed,
          (done, total) -> {});
    }
  }

  /** Trains and measures a contender with each of the seeds 1, 2, …, and logs the results. */
  List<Recovery> recoverEach(Contender contender, int seeds, Path run) throws IOException {
    List<Recovery> found = new ArrayList<>();
    for (int seed = 1; seed <= seeds; seed++) {
      Recovery one = recover(contender, seed, run);
      found.add(one);
      LOG.info("{}, seed {}: MCC {}", contender, seed, one.match().mcc());
    }
    return found;
  }

  /** Runs the study with the arguments described above. */
  public static void main(String[] args) throws IOException {
    if (args.length < 2 || args.length > 4) {
      throw new IllegalArgumentException("usage: KnownFeatures STUDY OUT [SEEDS [VARIANT]]");
    }
    KnownFeatures study = named(args[0]);
    int seeds = args.length > 2 ? Integer.parseInt(args[2]) : study.goal() > 0 ? SEEDS : 1;
    RecoveryTable.print(
        System.out,
        args.length > 3 ? study.only(args[3]) : study,
        seeds,
        Path.of(args[1], args[0]));
  }
}
