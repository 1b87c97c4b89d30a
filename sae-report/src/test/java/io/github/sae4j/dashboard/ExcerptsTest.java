package io.github.sae4j.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.eval.Context;
import io.github.sae4j.eval.TokenActivation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExcerptsTest {
  private final Excerpts excerpts = new Excerpts();

  @Test
  void shortTextsAreStoredOnceAndUncut() {
    List<TokenActivation> tokens = List.of(new TokenActivation(2, 5, 1));
    Excerpts.Shown first = excerpts.add("a dog", new Context(0, 1, tokens));
    Excerpts.Shown again = excerpts.add("a dog", new Context(9, 1, tokens));
    assertEquals(first, again);
    assertEquals(tokens, first.tokens());
    assertEquals(List.of("a dog"), texts());
  }

  @Test
  void longTextsAreCutAroundTheStrongestToken() {
    String text = "x ".repeat(500) + "peak" + " y".repeat(500);
    List<TokenActivation> tokens =
        List.of(
            new TokenActivation(0, 1, 1),
            new TokenActivation(1000, 1004, 5),
            new TokenActivation(1005, 1006, 2),
            new TokenActivation(2000, 2001, 1));
    Excerpts.Shown shown = excerpts.add(text, new Context(0, 5, tokens));
    String excerpt = texts().get(0);
    assertTrue(excerpt.length() < 260, excerpt);
    assertEquals(2, shown.tokens().size());
    TokenActivation peak = shown.tokens().get(0);
    assertEquals("peak", excerpt.substring(peak.start(), peak.end()));
    assertEquals(
        "y", excerpt.substring(shown.tokens().get(1).start(), shown.tokens().get(1).end()));
  }

  @Test
  void surrogatePairsStayTogether() {
    String text = "\uD83D\uDE00".repeat(400);
    excerpts.add(text, new Context(0, 1, List.of(new TokenActivation(401, 403, 1))));
    String excerpt = texts().get(0).substring(2);
    assertFalse(Character.isLowSurrogate(excerpt.charAt(0)));
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>();
    excerpts.texts().forEach(texts::add);
    return texts;
  }
}
