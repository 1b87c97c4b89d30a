package io.github.sae4j.examples.known;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.eval.Recovery;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KnownFeaturesTest {
  private static final KnownFeatures TUTORIAL = KnownFeatures.tutorial(1_000_000);

  /** All but AbsTopK, in which some latents stand for the difference of two features. */
  static List<Contender> thatFindAll() {
    return TUTORIAL.contenders().stream().filter(c -> !c.name().equals("AbsTopK")).toList();
  }

  @ParameterizedTest
  @MethodSource("thatFindAll")
  void findsAllFeaturesOfTheTutorial(Contender contender, @TempDir Path run) throws Exception {
    Recovery found = TUTORIAL.recover(contender, 1, run);
    assertTrue(found.match().mcc() >= .999, "MCC " + found.match().mcc());
    assertTrue(found.randomMcc() < .5, "random " + found.randomMcc());
    assertEquals(found.trueL0(), found.evaluation().reconstruction().l0(), .1);
    assertEquals(0, found.evaluation().latents().dead());
  }

  @Test
  void l1FindsTheHardFeaturesAndGatedMoreOfThem(@TempDir Path run) throws Exception {
    KnownFeatures hard = KnownFeatures.hard(2_000_000);
    double l1 = hard.recover(named(hard, "ReLU + L1"), 1, run).match().mcc();
    assertTrue(l1 >= .98, "L1: MCC " + l1);
    double gated = hard.recover(named(hard, "Gated"), 1, run).match().mcc();
    assertTrue(gated > l1 + .002, "L1: MCC " + l1 + ", Gated: " + gated);
  }

  @Test
  void refusesAnUnknownStudy() {
    var e = assertThrows(IllegalArgumentException.class, () -> KnownFeatures.named("easy", 1));
    assertEquals("the study must be tutorial, hard or benchmark, got 'easy'", e.getMessage());
  }

  private static Contender named(KnownFeatures study, String name) {
    return study.contenders().stream().filter(c -> c.name().equals(name)).findAny().orElseThrow();
  }
}
