package io.github.sae4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.eval.Recovery;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownFeaturesTest {

  @ParameterizedTest
  @ValueSource(strings = {"ReLU + L1", "ReLU + L1, decoder norms", "JumpReLU, tanh"})
  void findsAllFeaturesOfTheTutorial(String variant, @TempDir Path run) throws Exception {
    KnownFeatures study = KnownFeatures.named("tutorial", 1_000_000);
    Recovery found = study.recover(study.variants().get(variant), 1, run);
    assertTrue(found.match().mcc() >= .999, "MCC " + found.match().mcc());
    assertTrue(found.randomMcc() < .5, "random " + found.randomMcc());
    assertEquals(found.trueL0(), found.evaluation().reconstruction().l0(), .1);
    assertEquals(0, found.evaluation().latents().dead());
  }
}
