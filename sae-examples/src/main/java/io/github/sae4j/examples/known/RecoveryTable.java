package io.github.sae4j.examples.known;

import io.github.sae4j.eval.Recovery;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Formats what the contenders of a study found with several seeds as a Markdown table: one line per
 * contender, with the lowest MCC and the medians of all figures.
 */
final class RecoveryTable {
  private RecoveryTable() {}

  /**
   * Prints the table, each line as soon as it is known, and whether the study's goal was reached.
   *
   * @param run directory of the runs, which is replaced
   */
  static void print(PrintStream to, KnownFeatures study, SeedRange seeds, Path run)
      throws IOException {
    to.println(
        "| variant | lowest MCC | median MCC | MCC of random directions"
            + " | F1 | FVU | L0 | true L0 | most dead |");
    to.println("|---|---|---|---|---|---|---|---|---|");
    List<String> missed = new ArrayList<>();
    for (Contender each : study.contenders()) {
      List<Recovery> found = study.recoverEach(each, seeds, run);
      to.println(line(each.name(), found));
      long reached = found.stream().filter(one -> one.match().mcc() >= study.goal()).count();
      if (reached < seeds.count()) {
        missed.add("%s (%d)".formatted(each, reached));
      }
    }
    if (study.goal() > 0) {
      to.println();
      to.println(verdict(study.contenders().size(), missed, study.goal(), seeds.count()));
    }
  }

  /** A line of the table. */
  static String line(String name, List<Recovery> found) {
    return String.format(
        Locale.ROOT,
        "| %s | %.4f | %.4f | %.3f | %.3f | %.4f | %.2f | %.2f | %.0f |",
        name,
        found.stream().mapToDouble(one -> one.match().mcc()).min().orElseThrow(),
        median(found, one -> one.match().mcc()),
        median(found, Recovery::randomMcc),
        median(found, one -> one.scores().meanF1()),
        median(found, one -> one.evaluation().reconstruction().fvu()),
        median(found, one -> one.evaluation().reconstruction().l0()),
        median(found, Recovery::trueL0),
        found.stream().mapToDouble(one -> one.evaluation().latents().dead()).max().orElseThrow());
  }

  /**
   * Returns a sentence saying how many contenders reached a goal.
   *
   * @param missed the contenders that missed it with some seeds, and the number of seeds with which
   *     they reached it
   */
  static String verdict(int contenders, List<String> missed, double goal, int seeds) {
    return String.format(
        Locale.ROOT,
        "%d of %d variants reach an MCC of %s with each of %d seeds.%s",
        contenders - missed.size(),
        contenders,
        goal,
        seeds,
        missed.isEmpty()
            ? ""
            : " Variants that miss it, and the number of seeds with which they reach it: "
                + String.join(", ", missed)
                + ".");
  }

  /** Returns the middle value, or the mean of the two middle ones. */
  static double median(List<Recovery> found, ToDoubleFunction<Recovery> figure) {
    double[] sorted = found.stream().mapToDouble(figure).sorted().toArray();
    int n = sorted.length;
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
  }
}
