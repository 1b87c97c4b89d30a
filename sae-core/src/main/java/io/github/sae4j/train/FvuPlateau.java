package io.github.sae4j.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides from the logged FVU whether a run is still improving ({@link Stopping}). A resumed run
 * restores the state from the lines of {@code metrics.jsonl}.
 */
final class FvuPlateau {
  private final double least;
  private final long span;
  private final long from;
  private final Deque<Logged> logged = new ArrayDeque<>();

  /** The FVU after a number of tokens. */
  private record Logged(long tokens, double fvu) {}

  FvuPlateau(TrainConfig config, TrainPlan plan) {
    long run = plan.steps() * config.batch();
    least = config.stopping().stopFvuPlateau();
    span = config.stopping().plateauTokens() > 0 ? config.stopping().plateauTokens() : run / 10;
    from = (long) Math.max(plan.warmupSteps(), plan.sparsityWarmupSteps()) * config.batch();
  }

  /** Returns whether the rule is in use. */
  boolean enabled() {
    return least > 0;
  }

  /** Returns why the run ends after a logged step, if it does. Warm-up steps do not count. */
  Optional<String> after(long tokens, double fvu) {
    if (!enabled() || tokens <= from || !Double.isFinite(fvu)) {
      return Optional.empty();
    }
    logged.addLast(new Logged(tokens, fvu));
    while (logged.getFirst().tokens() <= tokens - 2 * span) {
      logged.removeFirst();
    }
    if (tokens - 2 * span < from) {
      return Optional.empty();
    }
    double before = mean(tokens - 2 * span, tokens - span);
    double now = mean(tokens - span, tokens);
    return now > (1 - least) * before
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "FVU went from %.4f to %.4f over the last %,d tokens, a gain of less than %s (--stop-fvu-plateau)",
                before,
                now,
                span,
                fraction()))
        : Optional.empty();
  }

  private String fraction() {
    return String.format(Locale.ROOT, "%.3g %%", 100 * least);
  }

  /**
   * Returns the mean over lines after {@code above} tokens, up to {@code to}; NaN if there are
   * none.
   */
  private double mean(long above, long to) {
    return logged.stream()
        .filter(line -> line.tokens() > above && line.tokens() <= to)
        .mapToDouble(Logged::fvu)
        .average()
        .orElse(Double.NaN);
  }
}
