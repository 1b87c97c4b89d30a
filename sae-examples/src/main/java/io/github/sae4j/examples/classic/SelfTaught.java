package io.github.sae4j.examples.classic;

import io.github.sae4j.variant.SigmoidKl;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Self-taught learning (Raina et al. 2007, "Self-taught learning: transfer learning from unlabeled
 * data"; the UFLDL tutorial's exercise of that name): an SAE trained only on the digits 5 to 9,
 * without labels, helps to distinguish 0 to 4. The same softmax regression is trained on raw pixels
 * and on the SAE's codes.
 *
 * <pre>SelfTaught DIGITS OUT [SEEDS [FIRST]]</pre>
 *
 * <p>For each seed, starting with FIRST, 2,000 of the digits 0 to 4 are used for testing and 500
 * for validation. Validation chooses the weight penalty separately for each input and number of
 * labels.
 */
public final class SelfTaught {
  private static final int CLASSES = 5;
  private static final int LATENTS = 1000;
  private static final double RHO = .02;
  private static final double BETA = 3;
  private static final long TOKENS = 500_000;
  private static final int TEST = 2000;
  private static final int VALIDATION = 500;
  private static final int STEPS = 1500;
  private static final double[] PENALTIES = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1};

  private SelfTaught() {}

  /** Selects the digits 0 to 4 for a classifier: test digits first, then validation digits. */
  private static double accuracy(Digits seen, int labels, long seed) {
    int from = TEST + VALIDATION;
    return accuracy(
        seen.slice(from, from + labels), seen.slice(TEST, from), seen.slice(0, TEST), seed);
  }

  /** Returns the test accuracy of the softmax whose penalty is best on the validation digits. */
  static double accuracy(Digits training, Digits validation, Digits testing, long seed) {
    double highest = -1;
    Softmax best = null;
    for (double l2 : PENALTIES) {
      Softmax softmax = new Softmax(training.pixels(), training.labels(), CLASSES, l2, STEPS, seed);
      double found = softmax.accuracy(validation.pixels(), validation.labels());
      if (found > highest) {
        highest = found;
        best = softmax;
      }
    }
    return best.accuracy(testing.pixels(), testing.labels());
  }

  /** Prints the mean and standard deviation over seeds. */
  private static void print(int labels, String input, double[] accuracies) {
    double mean = Arrays.stream(accuracies).average().orElseThrow();
    double squares = Arrays.stream(accuracies).map(a -> (a - mean) * (a - mean)).sum();
    double deviation = Math.sqrt(squares / Math.max(1, accuracies.length - 1));
    System.out.printf(
        Locale.ROOT,
        "%d labels, %s: %.2f %% ± %.2f of %s%n",
        labels,
        input,
        100 * mean,
        100 * deviation,
        Arrays.toString(accuracies));
  }

  /** Runs the study with the arguments described above. */
  public static void main(String[] args) throws IOException {
    if (args.length < 2 || args.length > 4) {
      throw new IllegalArgumentException("usage: SelfTaught DIGITS OUT [SEEDS [FIRST]]");
    }
    int seeds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    long first = args.length > 3 ? Long.parseLong(args[3]) : 11;
    Digits digits = Digits.read(Path.of(args[0]));
    int most = digits.shuffled(label -> label < CLASSES, 0).count() - TEST - VALIDATION;
    int[] labels = {100, 1000, most};
    double[][] raw = new double[labels.length][seeds];
    double[][] taught = new double[labels.length][seeds];
    for (int i = 0; i < seeds; i++) {
      long seed = first + i;
      Digits known = digits.shuffled(label -> label < CLASSES, seed);
      Rows unlabelled = digits.shuffled(label -> label >= CLASSES, seed).pixels();
      var config = DigitStrokes.config(LATENTS, new SigmoidKl(RHO, BETA), TOKENS, seed);
      var sae = unlabelled.train(config, Path.of(args[1], "self-taught"));
      Digits codes = new Digits(known.pixels().encode(sae), known.labels());
      for (int n = 0; n < labels.length; n++) {
        raw[n][i] = accuracy(known, labels[n], seed);
        taught[n][i] = accuracy(codes, labels[n], seed);
      }
    }
    for (int n = 0; n < labels.length; n++) {
      print(labels[n], "raw pixels", raw[n]);
      print(labels[n], "codes of the SAE", taught[n]);
    }
  }
}
