package io.github.sae4j.cli;

import io.github.sae4j.eval.ConceptFindings;
import io.github.sae4j.eval.ConceptSelection;
import io.github.sae4j.eval.TextStudy;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Formats numbers for people. */
final class Words {
  private static final int LEFT_OUT_NAMED = 5;

  private Words() {}

  /** {@code 1,234,567}. */
  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** {@code 1 run} or {@code 12 runs}. */
  static String runs(int n) {
    return counted(n, "run");
  }

  /** {@code 1 row} or {@code 1,200 rows}. */
  static String counted(long n, String what) {
    return count(n) + " " + what + (n == 1 ? "" : "s");
  }

  /** {@code 12.3 %}. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  /** {@code 45 s}, {@code 3 min 05 s} or {@code 2 h 10 min}. */
  static String duration(long seconds) {
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds % 3600 / 60);
  }

  /** Returns a sentence on the concepts matched by latents, and one on the concepts not tested. */
  static List<String> concepts(TextStudy study) {
    List<String> sentences = new ArrayList<>();
    ConceptSelection selection = study.selection();
    if (selection.widened()) {
      sentences.add(
          "none of the texts' concepts is carried by 0.1 % to 5 % of them, so all were tested");
    }
    study.concepts().ifPresent(found -> sentences.add(concepts(found)));
    leftOut(selection, selection.tooCommon(), "more than " + fraction(selection.fractions().most()))
        .ifPresent(sentences::add);
    leftOut(selection, selection.tooRare(), "less than " + fraction(selection.fractions().least()))
        .ifPresent(sentences::add);
    return sentences;
  }

  private static String concepts(ConceptFindings found) {
    return String.format(
        Locale.ROOT,
        "concepts matched at F1 >= 0.5: %d by %d latents; by the model's own neurons %d, by a random dictionary %d",
        found.sae().concepts(),
        found.sae().latents(),
        found.neurons().concepts(),
        found.random().concepts());
  }

  /** Returns the concepts that were too common or too rare, the most common first. */
  private static Optional<String> leftOut(
      ConceptSelection selection, List<ConceptSelection.Carried> concepts, String bound) {
    if (concepts.isEmpty()) {
      return Optional.empty();
    }
    String named =
        concepts.stream()
            .sorted(Comparator.comparingInt(ConceptSelection.Carried::texts).reversed())
            .limit(LEFT_OUT_NAMED)
            .map(c -> c.concept() + " (" + fraction((double) c.texts() / selection.texts()) + ")")
            .collect(Collectors.joining(", "));
    int rest = concepts.size() - LEFT_OUT_NAMED;
    return Optional.of(
        "not tested, because %s of the texts carry them: %s%s"
            .formatted(bound, named, rest > 0 ? " and " + count(rest) + " more" : ""));
  }

  /** Formats a fraction without needless digits: {@code 5 %}, {@code 0.12 %}. */
  private static String fraction(double fraction) {
    return BigDecimal.valueOf(100 * fraction)
            .round(new MathContext(2))
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }
}
