package io.github.sae4j.examples.classic;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Self-taught learning (Raina et al. 2007; the UFLDL tutorial's exercise of that name): an SAE that
 * has only seen the digits 5 to 9, without labels, helps to tell 0 to 4 apart. The same softmax
 * regression learns from raw pixels and from the SAE's codes.
 *
 * <pre>SelfTaught DIGITS OUT [SEEDS]</pre>
 *
 * <p>For each seed 2,000 of the digits 0 to 4 are for testing and 500 for validation, which chooses
 * the penalty on the weights, for each input and number of labels by itself.
 */
public final class SelfTaught {
  private static final int FIRST_UNLABELLED = 5;
  private static final int TEST = 2000;
  private static final int VALIDATION = 500;
  private static final int STEPS = 1500;
  private static final double[] PENALTIES = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1};

  private SelfTaught() {}

  /**
   * Accuracy on test rows of the softmax whose penalty does best on those of validation.
   *
   * @param x what a classifier sees of each digit: test, validation, training
   */
  static double[] accuracy(Rows x, Labels labels, int labelled, long seed) {
    double best = -1;
    double test = 0;
    double pen = 0;
    Digits all = new Digits(x, labels);
    Digits validation = all.slice(TEST, TEST + VALIDATION);
    Digits training = all.slice(TEST + VALIDATION, TEST + VALIDATION + labelled);
    Digits testing = all.slice(0, TEST);
    for (double l2 : PENALTIES) {
      Softmax softmax =
          new Softmax(training.pixels(), training.labels(), FIRST_UNLABELLED, l2, STEPS, seed);
      double found = softmax.accuracy(validation.pixels(), validation.labels());
      if (found > best) {
        best = found;
        pen = l2;
        test = softmax.accuracy(testing.pixels(), testing.labels());
      }
    }
    return new double[] {test, best, pen};
  }

  /** See the class. */
  public static void main(String[] args) throws IOException {
    int seeds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    Path out = Path.of(args[1]);
    Digits digits = Digits.read(Path.of(args[0]));
    Variant variant =
        Integer.getInteger("k", 0) > 0
            ? TopK.withAuxK(Integer.getInteger("k"), 784)
            : new SigmoidKl(
                Double.parseDouble(System.getProperty("rho", "0.1")),
                Double.parseDouble(System.getProperty("beta", "3")));
    int n = Integer.getInteger("latents", 200);
    PrintStream to = System.out;
    for (long seed = 1; seed <= seeds; seed++) {
      Digits unlabelled = digits.shuffled(label -> label >= FIRST_UNLABELLED, seed);
      Digits labelled = digits.shuffled(label -> label < FIRST_UNLABELLED, seed);
      SparseAutoencoder sae =
          unlabelled
              .pixels()
              .train(
                  DigitStrokes.config(n, variant, Long.getLong("tokens", 500_000), seed),
                  out.resolve("run"));
      Rows codes = labelled.pixels().encode(sae);
      for (int count : new int[] {100, 1000, labelled.count() - TEST - VALIDATION}) {
        if (!Boolean.getBoolean("noraw")) {
          double[] raw = accuracy(labelled.pixels(), labelled.labels(), count, seed);
          to.printf(
              Locale.ROOT,
              "%d %d raw %.4f (val %.4f l2 %.0e)%n",
              seed,
              count,
              raw[0],
              raw[1],
              raw[2]);
        }
        double[] sa = accuracy(codes, labelled.labels(), count, seed);
        to.printf(
            Locale.ROOT, "%d %d sae %.4f (val %.4f l2 %.0e)%n", seed, count, sa[0], sa[1], sa[2]);
      }
    }
  }
}
