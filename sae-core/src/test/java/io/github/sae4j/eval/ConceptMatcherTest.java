package io.github.sae4j.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Texts 0 to 99: the choosing half are the even ones, and a concept has at most 5 texts. */
class ConceptMatcherTest {
  private static final int TEXTS = 100;

  private final List<List<String>> carried = new ArrayList<>();

  ConceptMatcherTest() {
    for (int text = 0; text < TEXTS; text++) {
      carried.add(new ArrayList<>());
    }
  }

  @Test
  void prevalenceLimitsAreInclusive() {
    List<List<String>> texts = new ArrayList<>();
    for (int text = 0; text < 2000; text++) {
      List<String> concepts = new ArrayList<>();
      if (text < 1) {
        concepts.add("one text"); // 0.05 %
      }
      if (text < 2) {
        concepts.add("two texts"); // 0.1 %
        concepts.add("two texts");
      }
      if (text < 100) {
        concepts.add("hundred texts"); // 5 %
      }
      if (text < 101) {
        concepts.add("more"); // 5.05 %
      }
      texts.add(concepts);
    }
    TextConcepts concepts = TextConcepts.of(texts, Optional.empty());
    assertEquals(2, concepts.size());
    assertEquals("hundred texts", concepts.name(0));
    assertEquals("two texts", concepts.name(1));
    assertEquals(2, concepts.textsWith(1));
    assertEquals(0, concepts.of(100).length);
  }

  @Test
  void namesTheConceptsLeftOut() {
    List<List<String>> texts = new ArrayList<>();
    for (int text = 0; text < 2000; text++) {
      texts.add(
          text < 1 ? List.of("rare", "all") : text < 101 ? List.of("some", "all") : List.of("all"));
    }
    ConceptSelection usual = TextConcepts.of(texts, Optional.empty()).selection();
    assertEquals(1, usual.tested());
    assertFalse(usual.widened());
    assertEquals(List.of(new ConceptSelection.Carried("rare", 1)), usual.tooRare());
    assertEquals(List.of(new ConceptSelection.Carried("all", 2000)), usual.tooCommon());
    ConceptSelection any = TextConcepts.of(texts, Optional.of(ConceptFractions.ANY)).selection();
    assertEquals(2, any.tested());
    assertEquals(usual.tooCommon(), any.tooCommon(), "every text carries it");
  }

  @Test
  void testsCommonConceptsIfThereAreNoOthers() {
    List<List<String>> texts = new ArrayList<>();
    for (int text = 0; text < 100; text++) {
      texts.add(List.of(text % 4 == 0 ? "sport" : "trade"));
    }
    TextConcepts concepts = TextConcepts.of(texts, Optional.empty());
    assertTrue(concepts.selection().widened());
    assertEquals(0, concepts.selection().leftOut());
    assertEquals("sport", concepts.name(0));
    // a latent that is always active has F1 0.5 / 1.25 and 1.5 / 1.75
    assertEquals(Math.sqrt(0.4), concepts.neededF1(0), 1e-15);
    assertEquals(Math.sqrt(6.0 / 7), concepts.neededF1(1), 1e-15);
    assertEquals(
        0, TextConcepts.of(texts, Optional.of(ConceptFractions.USUAL)).size(), "explicit range");
  }

  @Test
  void anAlwaysActiveLatentMatchesNoCommonConcept() {
    for (int text = 0; text < TEXTS; text++) {
      carried.get(text).add(text % 10 < 6 ? "common" : "other");
    }
    TextScores.Builder scores = new TextScores.Builder(2);
    for (int text = 0; text < TEXTS; text++) {
      scores.add(0, text, 1f);
      if (text % 10 < 6) {
        scores.add(1, text, 1f);
      }
    }
    List<ConceptMatch> matches = match(scores);
    assertEquals("common", matches.get(0).concept());
    assertFalse(matches.get(0).isMatch(), matches.get(0).toString());
    assertTrue(matches.get(0).f1() > 0.5, matches.get(0).toString());
    assertTrue(matches.get(1).isMatch());
    assertEquals(new ConceptSummary(1, 1), ConceptSummary.of(matches));
  }

  @Test
  void reportsFiguresOfTheHeldOutHalf() {
    carry("river", 0, 2, 1, 3, 5);
    TextScores.Builder scores = new TextScores.Builder(2);
    // choosing half: both rivers and nothing else; held out: one of three rivers and one other text
    scores.add(1, 0, 3f);
    scores.add(1, 2, 2f);
    scores.add(1, 1, 2.5f);
    scores.add(1, 51, 4f);
    List<ConceptMatch> matches = match(scores);
    assertEquals(1, matches.size());
    ConceptMatch match = matches.get(0);
    assertEquals(1, match.latent());
    assertEquals("river", match.concept());
    assertEquals(1, match.f1Chosen());
    assertEquals(2, match.threshold());
    assertEquals(1.0 / 2, match.precision());
    assertEquals(1.0 / 3, match.recall());
    assertEquals(2.0 / 5, match.f1(), 1e-12);
    assertEquals(5, match.texts());
  }

  @Test
  void theThresholdSeparatesStrongFromWeak() {
    carry("bread", 0, 2, 1, 3);
    TextScores.Builder scores = new TextScores.Builder(1);
    scores.add(0, 0, 9f);
    scores.add(0, 2, 8f);
    scores.add(0, 1, 8.5f);
    scores.add(0, 3, 1f); // held out and below the threshold: missed
    for (int text = 10; text < 16; text++) {
      scores.add(0, text, 1f);
    }
    ConceptMatch match = match(scores).get(0);
    // scores of the choosing half: 1 1 1 8 9; its .75 quantile is 8, its median 1
    assertEquals(8, match.threshold());
    assertEquals(1, match.f1Chosen());
    assertEquals(1, match.precision());
    assertEquals(0.5, match.recall());
  }

  @Test
  void equalScoresStayTogether() {
    carry("bread", 0, 2);
    TextScores.Builder scores = new TextScores.Builder(1);
    for (int text = 0; text < 20; text += 2) {
      scores.add(0, text, 1f);
    }
    ConceptMatch match = match(scores).get(0);
    assertEquals(2.0 * 2 / (10 + 2), match.f1Chosen(), 1e-12);
    assertEquals(0, match.f1());
  }

  @Test
  void latentsWithoutConceptsGetNoLabel() {
    carry("bread", 0, 2);
    TextScores.Builder scores = new TextScores.Builder(3);
    scores.add(1, 1, 1f);
    scores.add(2, 4, 1f);
    assertEquals(List.of(), match(scores));
  }

  @Test
  void noiseIsNotFoundInTheHeldOutHalf() {
    // with 50 latents of noise the choosing half always finds something; the held-out half must not
    Random random = new Random(5);
    List<Integer> texts = new ArrayList<>();
    for (int text = 0; text < TEXTS; text++) {
      texts.add(text);
    }
    for (int concept = 0; concept < 20; concept++) {
      Collections.shuffle(texts, random);
      for (int text : texts.subList(0, 4)) {
        carried.get(text).add("noise " + concept);
      }
    }
    TextScores.Builder scores = new TextScores.Builder(50);
    for (int latent = 0; latent < 50; latent++) {
      for (int text = 0; text < TEXTS; text++) {
        if (random.nextInt(20) == 0) {
          scores.add(latent, text, random.nextFloat() + 0.1f);
        }
      }
    }
    List<ConceptMatch> matches = match(scores);
    double chosen = matches.stream().mapToDouble(ConceptMatch::f1Chosen).average().orElseThrow();
    double heldOut = matches.stream().mapToDouble(ConceptMatch::f1).average().orElseThrow();
    assertTrue(chosen > 0.5, "chosen " + chosen);
    assertTrue(heldOut < 0.2, "held out " + heldOut);
  }

  @Test
  void summaryCountsConceptsOnce() {
    List<ConceptMatch> matches =
        List.of(
            new ConceptMatch(0, "a", 0, .5, .5, .5, 1, 9, .5),
            new ConceptMatch(1, "a", 0, .9, .9, .9, 1, 9, .5),
            new ConceptMatch(2, "b", 0, .4, .4, .49, 1, 9, .5));
    assertEquals(new ConceptSummary(1, 2), ConceptSummary.of(matches));
  }

  @Test
  void halvesDependOnTheSeedAlone() {
    carry("bread", 0, 1, 2, 3);
    TextConcepts concepts = TextConcepts.of(carried, Optional.empty());
    TextScores.Builder scores = new TextScores.Builder(1);
    scores.add(0, 0, 1f);
    scores.add(0, 1, 1f);
    scores.add(0, 2, 2f);
    scores.add(0, 3, 3f);
    TextScores built = scores.build(TEXTS);
    assertEquals(
        new ConceptMatcher(concepts, 3).match(built), new ConceptMatcher(concepts, 3).match(built));
  }

  @Test
  void wrongNumberOfTextsThrows() {
    carry("bread", 0, 1);
    ConceptMatcher matcher = new ConceptMatcher(TextConcepts.of(carried, Optional.empty()), 1);
    TextScores other = new TextScores.Builder(1).build(7);
    assertEquals(
        "expected scores for 100 texts, got scores for 7",
        assertThrows(IllegalArgumentException.class, () -> matcher.match(other)).getMessage());
  }

  private void carry(String concept, int... texts) {
    for (int text : texts) {
      carried.get(text).add(concept);
    }
  }

  private List<ConceptMatch> match(TextScores.Builder scores) {
    BitSet even = new BitSet();
    for (int text = 0; text < TEXTS; text += 2) {
      even.set(text);
    }
    return new ConceptMatcher(TextConcepts.of(carried, Optional.empty()), even)
        .match(scores.build(TEXTS));
  }
}
