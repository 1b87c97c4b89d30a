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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains every variant, with several seeds, on rows whose features are all known, and reports how
 * many of them it found.
 *
 * <pre>KnownFeatures tutorial|hard|benchmark OUT [SEEDS [VARIANT ...]]</pre>
 *
 * SEEDS is a number, 20 for seeds 1 to 20, a range such as 21-30, or {@code default}; VARIANT is a
 * name in the table.
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
   * Returns this study with some of its contenders.
   *
   * @param names their names, in any order
   * @throws IllegalArgumentException if there is no contender of one of the names
   */
  KnownFeatures only(List<String> names) {
    Set<String> wanted = new LinkedHashSet<>(names);
    List<Contender> some = contenders.stream().filter(each -> wanted.remove(each.name())).toList();
    if (!wanted.isEmpty()) {
      throw new IllegalArgumentException(
          "the variant must be one of %s, got '%s'"
              .formatted(
                  contenders.stream()
                      .map(each -> "'" + each + "'")
                      .collect(Collectors.joining(", ")),
                  wanted.iterator().next()));
    }
    return new KnownFeatures(features, nLatents, l0, rows, learningRate, goal, some);
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

  /** Trains and measures a contender with each of several seeds, and logs the results. */
  List<Recovery> recoverEach(Contender contender, SeedRange seeds, Path run) throws IOException {
    List<Recovery> found = new ArrayList<>();
    for (int seed : seeds.stream().toArray()) {
      Recovery one = recover(contender, seed, run);
      found.add(one);
      LOG.info("{}, seed {}: MCC {}", contender, seed, one.match().mcc());
    }
    return found;
  }

  /** Runs the study with the arguments described above. */
  public static void main(String[] args) throws IOException {
    if (args.length < 2) {
      throw new IllegalArgumentException("usage: KnownFeatures STUDY OUT [SEEDS [VARIANT ...]]");
    }
    KnownFeatures study = named(args[0]);
    SeedRange seeds =
        args.length < 3 || args[2].equals("default")
            ? SeedRange.upTo(study.goal() > 0 ? SEEDS : 1)
            : SeedRange.parse(args[2]);
    List<String> names = List.of(args).subList(Math.min(3, args.length), args.length);
    RecoveryTable.print(
        System.out, names.isEmpty() ? study : study.only(names), seeds, Path.of(args[1], args[0]));
  }
}
