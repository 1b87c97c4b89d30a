package io.github.sae4j.cli;

import io.github.sae4j.eval.ConceptFindings;
import java.util.Locale;

/** Numbers as people read them. */
final class Words {

  private Words() {}

  /** {@code 1,234,567}. */
  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** {@code 1 run} or {@code 12 runs}. */
  static String runs(int n) {
    return count(n) + (n == 1 ? " run" : " runs");
  }

  /** {@code 12.3 %}. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
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

  /** What latents are about, in one sentence. */
  static String concepts(ConceptFindings found) {
    return "concepts matched at F1 >= 0.5: %d by %d latents; by the model's own neurons %d, by a random dictionary %d"
        .formatted(
            found.sae().concepts(),
            found.sae().latents(),
            found.neurons().concepts(),
            found.random().concepts());
  }
}
