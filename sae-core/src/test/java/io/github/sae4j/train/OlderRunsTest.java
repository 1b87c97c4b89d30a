package io.github.sae4j.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.KSparse;
import io.github.sae4j.variant.Matryoshka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs that {@code sae train} of version 0.1, and of 0.2 before settings had groups and before
 * there were devices, began on {@code rows.npy}, and that were stopped after 20 of 60 steps.
 */
class OlderRunsTest {
  private static final Path RUNS = Path.of("src/test/resources/train");

  @TempDir Path directory;

  private static TrainConfigBuilder settings() {
    BatchTopK inner = new BatchTopK(3, 4, KSparse.AUX_COEFFICIENT);
    return TrainConfig.builder(
            24, new Matryoshka(inner, Matryoshka.of(inner, 24).prefixes(), false))
        .batch(32)
        .tokens(1920)
        .checkpointEvery(20)
        .keepCheckpoints(9)
        .logEvery(10)
        .normaliseInputs(InputNormalisation.CENTRE_UNIT)
        .lrSchedule(LearningRate.Shape.COSINE)
        .encoderStart(InitialWeights.Encoder.INDEPENDENT);
  }

  static Stream<Arguments> runs() {
    return Stream.of(
        Arguments.of("run-of-0.1", settings()),
        Arguments.of("run-of-version-7", settings().emaDecay(.9).shuffleBufferRows(512)),
        Arguments.of("run-of-version-8", settings().emaDecay(.9).shuffleBufferRows(512)));
  }

  private Path copy(String name) throws IOException {
    Path copy = directory.resolve(name);
    try (Stream<Path> files = Files.walk(RUNS.resolve(name))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(RUNS.resolve(name).relativize(file));
        Files.createDirectories(to.getParent());
        Files.copy(file, to);
      }
    }
    return copy;
  }

  @ParameterizedTest
  @MethodSource("runs")
  void areResumedToTheBitsOfARunOfToday(String name, TrainConfigBuilder settings) throws Exception {
    try (ActivationSource source = ActivationSources.open(RUNS.resolve("rows.npy"), null)) {
      Path older = copy(name);
      assertTrue(new Trainer(source, settings.build(), older).resume().completed());

      Path today = directory.resolve("today");
      new Trainer(source, settings.build(), today).train();
      Path begun = Files.createDirectories(directory.resolve("begun"));
      Files.copy(today.resolve("config.json"), begun.resolve("config.json"));
      assertEquals(
          new RunDirectory(today).description().config(),
          new RunDirectory(older).description().config());
      Path checkpoint = Path.of("checkpoints/step-00000020");
      for (String file : List.of("state.json", "state.safetensors")) {
        Files.createDirectories(begun.resolve(checkpoint));
        Files.copy(
            RUNS.resolve(name).resolve(checkpoint).resolve(file),
            begun.resolve(checkpoint).resolve(file));
      }
      new Trainer(source, settings.build(), begun).resume();
      assertArrayEquals(weights(begun), weights(older));
    }
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("sae/sae_weights.safetensors"));
  }

  @Test
  void aRunWithoutAFingerprintIsResumedWithAnyRowsOfItsShape() throws Exception {
    ActivationSource others = new SyntheticFeatures(24, 8, 0.1, 5).rows(1024, 9);
    Path run = copy("run-of-0.1");
    Trainer trainer = new Trainer(others, settings().build(), run);
    String message = assertThrows(IllegalArgumentException.class, trainer::resume).getMessage();
    assertTrue(message.contains("the rows are different"), message);

    Path config = run.resolve("config.json");
    String text = Files.readString(config);
    String old = text.replaceFirst("(?s)  \"fingerprint\" : \\{.*?\\},\n", "");
    assertFalse(old.contains("fingerprint"), old);
    Files.writeString(config, old);
    assertTrue(new Trainer(others, settings().build(), run).resume().completed());
  }

  @Test
  void aSettingThatNoVersionHasIsRefused() throws Exception {
    Path file = copy("run-of-version-7").resolve("config.json");
    String text = Files.readString(file);
    Files.writeString(file, text.replace("\"seed\" : 1,", "\"seed\" : 1, \"sed\" : 1,"));
    assertFault(file, "'config.sed' is not known");
    Files.writeString(file, text.replace("\"seed\" : 1,", ""));
    assertFault(file, "'config.initialisation.seed' is missing");
    Files.writeString(file, text.replace("\"COSINE\"", "\"SINE\""));
    assertFault(
        file, "'config.schedule.learningRate.lrSchedule': expected one of constant, linear");
  }

  private static void assertFault(Path file, String part) {
    String message =
        assertThrows(
                MalformedFileException.class,
                () -> new RunDirectory(file.getParent()).description())
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
