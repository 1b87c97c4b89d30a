package io.github.sae4j.dashboard;

import io.github.sae4j.eval.Context;
import io.github.sae4j.eval.TokenActivation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The texts of a page, each stored once. Long texts are cut to the part around the strongest token,
 * which keeps the page's size independent of their length.
 */
final class Excerpts {
  private static final int WHOLE = 320;
  private static final int AROUND = 120;

  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  /**
   * A context in an excerpt.
   *
   * @param number number of the excerpt
   * @param tokens the tokens within the excerpt at which the latent fired
   */
  record Shown(int number, List<TokenActivation> tokens) {}

  Shown add(String text, Context context) {
    int from = 0;
    int to = text.length();
    if (text.length() > WHOLE) {
      TokenActivation strongest = strongest(context);
      from = charBoundary(text, Math.max(0, strongest.start() - AROUND));
      to = charBoundary(text, Math.min(text.length(), strongest.end() + AROUND));
    }
    String prefix = from > 0 ? "… " : "";
    String suffix = to < text.length() ? " …" : "";
    String excerpt = prefix + text.substring(from, to) + suffix;
    int number = numbers.computeIfAbsent(excerpt, e -> numbers.size());
    List<TokenActivation> tokens = new ArrayList<>();
    for (TokenActivation token : context.tokens()) {
      if (token.start() >= from && token.end() <= to) {
        int shift = prefix.length() - from;
        tokens.add(new TokenActivation(token.start() + shift, token.end() + shift, token.value()));
      }
    }
    return new Shown(number, tokens);
  }

  /** Returns the excerpts in order of number. */
  Iterable<String> texts() {
    return numbers.keySet();
  }

  private static TokenActivation strongest(Context context) {
    TokenActivation strongest = context.tokens().get(0);
    for (TokenActivation token : context.tokens()) {
      strongest = token.value() > strongest.value() ? token : strongest;
    }
    return strongest;
  }

  private static int charBoundary(String text, int at) {
    boolean insidePair = at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at));
    return insidePair ? at - 1 : at;
  }
}
