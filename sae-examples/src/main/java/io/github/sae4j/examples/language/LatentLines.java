package io.github.sae4j.examples.language;

import io.github.sae4j.eval.Context;
import io.github.sae4j.eval.LatentDensities;
import io.github.sae4j.eval.TextStudy;
import io.github.sae4j.eval.TokenActivation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Describes latents as text: how often they fire, what they promote, where they are strongest. */
final class LatentLines {
  private static final int LIKELIER = 4;
  private static final int RAISED = 6;
  private static final int LOWERED = 3;
  private static final int BEFORE = 6;
  private static final int AFTER = 2;

  private final TextStudy study;
  private final PromotedWords promoted;

  LatentLines(TextStudy study, PromotedWords promoted) {
    this.study = study;
    this.promoted = promoted;
  }

  /**
   * Returns latents evenly spaced in order of density, the most frequent first, without those that
   * never fired.
   */
  static List<Integer> evenly(LatentDensities densities, int count) {
    List<Integer> live =
        IntStream.range(0, densities.nLatents())
            .filter(latent -> densities.firings(latent) > 0)
            .boxed()
            .sorted(Comparator.comparingLong(latent -> -densities.firings(latent)))
            .toList();
    int shown = Math.min(count, live.size());
    return IntStream.range(0, shown)
        .mapToObj(i -> live.get((2 * i + 1) * live.size() / (2 * shown)))
        .toList();
  }

  /**
   * Describes a latent and lists its strongest contexts.
   *
   * @param rows rows in which it is most active
   */
  List<String> of(int latent, List<StrongestRows.Row> rows, int contexts) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "latent %4d  active at %.3f %% of words; likelier: %s; raises: %s; lowers: %s"
            .formatted(
                latent,
                100 * study.densities().density(latent),
                promoted.likelier(latent, rows, LIKELIER).stream()
                    .map(each -> "%s %+.3f".formatted(each.word(), each.gain()))
                    .collect(Collectors.joining(" ")),
                String.join(" ", promoted.raised(latent, RAISED)),
                String.join(" ", promoted.lowered(latent, LOWERED))));
    study.contexts().of(latent).stream()
        .limit(contexts)
        .forEach(context -> lines.add("context  " + excerpt(context)));
    return lines;
  }

  private String excerpt(Context context) {
    TokenActivation strongest =
        context.tokens().stream()
            .max(Comparator.comparingDouble(TokenActivation::value))
            .orElseThrow();
    return excerpt(study.texts().get(context.text()).text(), strongest.start(), strongest.end());
  }

  /**
   * Returns the words around one in square brackets; {@code []} is the edge, before the first word.
   */
  static String excerpt(String text, int start, int end) {
    List<String> before = words(text.substring(0, start));
    List<String> after = words(text.substring(end));
    String left =
        String.join(" ", before.subList(Math.max(0, before.size() - BEFORE), before.size()));
    String right = String.join(" ", after.subList(0, Math.min(AFTER, after.size())));
    return (left + " [" + text.substring(start, end) + "] " + right).strip();
  }

  private static List<String> words(String text) {
    return Words.of(text).stream().map(Words.Word::word).toList();
  }
}
