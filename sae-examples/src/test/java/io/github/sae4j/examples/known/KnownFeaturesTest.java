package io.github.sae4j.examples.known;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.eval.Recovery;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
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
    // with this seed six of them miss a feature, or half of two, unless weak latents are resampled
    Recovery found = TUTORIAL.recover(contender, 5, run);
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
  void shortDecoderRowsKeepASigmoidFromMixingFeatures(@TempDir Path run) throws Exception {
    // with rows of norm 1, three latents of this seed share three features: 0.989
    double mcc = TUTORIAL.recover(named(TUTORIAL, "sigmoid + KL"), 7, run).match().mcc();
    assertTrue(mcc >= .999, "MCC " + mcc);
  }

  @Test
  void aTiedJumpReluFindsTheHardFeatures(@TempDir Path run) throws Exception {
    // untied, two latents of this seed share two rare features: 0.973
    KnownFeatures hard = KnownFeatures.hard(2_000_000);
    double mcc = hard.recover(named(hard, "JumpReLU"), 8, run).match().mcc();
    assertTrue(mcc >= .98, "MCC " + mcc);
  }

  @Test
  void refusesAnUnknownStudy() {
    var e = assertThrows(IllegalArgumentException.class, () -> KnownFeatures.named("easy"));
    assertEquals("the study must be tutorial, hard or benchmark, got 'easy'", e.getMessage());
  }

  @Test
  void choosesVariantsByName() {
    List<String> both = List.of("JumpReLU, tanh", "TopK");
    assertEquals("[TopK, JumpReLU, tanh]", TUTORIAL.only(both).contenders().toString());
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> TUTORIAL.only(List.of("TopK", "Gated ReLU")));
    assertTrue(
        e.getMessage().startsWith("the variant must be one of 'ReLU + L1', 'ReLU + L1, decoder")
            && e.getMessage().endsWith("', got 'Gated ReLU'"),
        e.getMessage());
  }

  @Test
  void readsSeeds() {
    assertEquals(new SeedRange(1, 20), SeedRange.parse("20"));
    SeedRange others = SeedRange.parse("21-30");
    assertEquals(10, others.count());
    assertEquals(255, others.stream().sum());
    for (String wrong : List.of("0", "-3", "21-", "21:30", "all", "99999")) {
      var e = assertThrows(IllegalArgumentException.class, () -> SeedRange.parse(wrong));
      assertEquals(
          "the seeds must be a number or a range such as 21-30, from 1 to 9999, got '"
              + wrong
              + "'",
          e.getMessage());
    }
    var e = assertThrows(IllegalArgumentException.class, () -> SeedRange.parse("30-21"));
    assertEquals("seeds must ascend from at least 1, got 30 to 21", e.getMessage());
  }

  @Test
  void printsALineForEachVariantAndAVerdict(@TempDir Path run) throws Exception {
    KnownFeatures brief = KnownFeatures.tutorial(50_000).only(List.of("TopK"));
    var out = new ByteArrayOutputStream();
    RecoveryTable.print(new PrintStream(out, true, UTF_8), brief, new SeedRange(3, 4), run);
    String[] lines = out.toString(UTF_8).lines().toArray(String[]::new);
    List<Recovery> found = brief.recoverEach(brief.contenders().get(0), new SeedRange(3, 4), run);
    double first = found.get(0).match().mcc();
    double second = found.get(1).match().mcc();
    assertNotEquals(first, second, "one seed is as another");
    assertNotEquals(found.get(0).trueL0(), found.get(1).trueL0(), "rows of all seeds are the same");
    String expected =
        String.format(
            Locale.ROOT, "| TopK | %.4f | %.4f | ", Math.min(first, second), (first + second) / 2);
    assertTrue(lines[2].startsWith(expected), lines[2]);
    assertEquals(
        lines[0].chars().filter(c -> c == '|').count(),
        lines[2].chars().filter(c -> c == '|').count());
    assertEquals("", lines[3]);
    assertEquals(
        "0 of 1 variants reach an MCC of 0.999 with each of 2 seeds. Variants that miss it, and the"
            + " number of seeds with which they reach it: TopK (0).",
        lines[4]);
    assertEquals(
        "3 of 3 variants reach an MCC of 0.98 with each of 20 seeds.",
        RecoveryTable.verdict(3, List.of(), .98, 20));
  }

  private static Contender named(KnownFeatures study, String name) {
    return study.contenders().stream().filter(c -> c.name().equals(name)).findAny().orElseThrow();
  }
}
