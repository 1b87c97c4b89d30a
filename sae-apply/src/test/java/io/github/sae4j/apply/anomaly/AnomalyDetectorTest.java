package io.github.sae4j.apply.anomaly;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SaeCases;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.format.MalformedFileException;
import io.github.sae4j.store.MemorySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnomalyDetectorTest {
  private static final int WIDTH = 8;

  @TempDir private Path directory;

  private static MemorySource rows(int count, int seed) {
    return MemorySource.of(SaeCases.rows(count, WIDTH, seed));
  }

  private static AnomalyDetector detector(SparseAutoencoder sae, ScoreKind kind)
      throws IOException {
    AnomalyScorer scorer = AnomalyScorer.fit(sae, rows(6000, 1), done -> {});
    return AnomalyDetector.calibrate(scorer, kind, rows(2000, 2), done -> {});
  }

  private static List<Judgement> judge(AnomalyDetector detector, MemorySource rows)
      throws IOException {
    List<Judgement> all = new ArrayList<>();
    detector.judge(rows, 0.05, 3, all::add);
    return all;
  }

  @ParameterizedTest
  @EnumSource
  void normalRowsRarelyRaiseAlarmsAndOthersDo(ScoreKind kind) throws IOException {
    SparseAutoencoder sae = SaeCases.topK(WIDTH, 32, 3);
    AnomalyDetector detector = detector(sae, kind);
    List<Judgement> normal = judge(detector, rows(4000, 3));
    long alarms = normal.stream().filter(Judgement::isAlarm).count();
    // 200 are wanted; calibrated on 2,000 rows, 4 standard deviations are 93
    assertTrue(alarms <= 293, kind + ": " + alarms);
    for (int i = 0; i < normal.size(); i++) {
      assertEquals(i, normal.get(i).row());
      assertEquals(normal.get(i).pValue() <= 0.05 + 1e-9, normal.get(i).isAlarm());
    }
    float[] far = rows(50, 4).toArray();
    for (int i = 0; i < far.length; i++) {
      far[i] *= 30;
    }
    if (kind == ScoreKind.ERROR || kind == ScoreKind.COMBINED) {
      List<Judgement> found = judge(detector, MemorySource.of(far, WIDTH));
      assertTrue(found.stream().filter(Judgement::isAlarm).count() >= 40, kind + "");
    }
  }

  @Test
  void anAlarmIsExplained() throws IOException {
    SparseAutoencoder sae = SaeCases.topK(WIDTH, 32, 3);
    float[] strange = new float[WIDTH];
    strange[6] = 100;
    Judgement judgement =
        judge(detector(sae, ScoreKind.ERROR), MemorySource.of(strange, WIDTH)).get(0);
    Explanation why = judgement.explanation().orElseThrow();
    assertEquals(3, why.dimensions().size());
    assertTrue(why.dimensions().get(0).part() >= why.dimensions().get(1).part());
    assertTrue(why.latents().get(0).surprise() >= why.latents().get(2).surprise());
  }

  @Test
  void aSavedDetectorJudgesWithTheSameBits() throws IOException {
    SparseAutoencoder sae = SaeCases.topK(WIDTH, 32, 3);
    for (ScoreKind kind : ScoreKind.values()) {
      AnomalyDetector detector = detector(sae, kind);
      Path file = directory.resolve(kind + ".json");
      detector.write(file);
      assertTrue(AnomalyDetector.isAt(file));
      AnomalyDetector read = AnomalyDetector.read(file, SaeCases.topK(WIDTH, 32, 3));
      assertEquals(judge(detector, rows(500, 5)), judge(read, rows(500, 5)));
    }
  }

  @Test
  void anotherSaeIsRefused() throws IOException {
    Path file = directory.resolve("detector.json");
    detector(SaeCases.topK(WIDTH, 32, 3), ScoreKind.ERROR).write(file);
    SparseAutoencoder changed = SaeCases.topK(WIDTH, 32, 3);
    changed.parameters().wEnc().putScalar(0, 0, 1e-3);
    for (SparseAutoencoder other :
        List.of(changed, SaeCases.topK(WIDTH, 32, 4), SaeCases.topK(WIDTH, 16, 3))) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> AnomalyDetector.read(file, other))
              .getMessage();
      assertTrue(message.startsWith(file + " was made with another SAE"), message);
    }
  }

  @Test
  void filesThatAreNoDetectorsAreRefused() throws IOException {
    SparseAutoencoder sae = SaeCases.topK(WIDTH, 32, 3);
    Path file = directory.resolve("detector.json");
    detector(sae, ScoreKind.ERROR).write(file);
    String good = Files.readString(file);
    malformed(sae, "[1, 2]", "expected a JSON object");
    malformed(sae, good.substring(0, 500), "it ends unexpectedly");
    malformed(sae, "{\"format\": \"other\"}", "not an anomaly detector");
    malformed(sae, good.replace("\"version\":1", "\"version\":2"), "expected version 1", "found 2");
    malformed(
        sae, good.replaceFirst("\"active\":\\[\\d+,", "\"active\":["), "expected counts of 32");
    malformed(
        sae, good.replace("\"score\":\"error\"", "\"score\":\"x\""), "'x', which is no score");
    malformed(sae, good.replaceFirst("\"errors\":\\[", "\"errors\":[-1,"), "at least 0, got -1");
    malformed(sae, good.replaceFirst("\"train_rows\":\\d+", "\"train_rows\":1"), "0 to 1 rows");
    malformed(sae, good.replaceFirst("\"errors\":\\[[^]]*\\],", ""), "errors");
    malformed(
        sae,
        good.replaceFirst("\"calibration\":\\[[^]]*\\]", "\"calibration\":null"),
        "calibration");
    malformed(sae, good.replaceFirst("\\{", "{\"more\":1,"), "more");
    assertFalse(AnomalyDetector.isAt(Files.writeString(directory.resolve("letter"), "a letter")));
  }

  private void malformed(SparseAutoencoder sae, String text, String... words) throws IOException {
    Path file = Files.writeString(directory.resolve("other.json"), text);
    String message =
        assertThrows(MalformedFileException.class, () -> AnomalyDetector.read(file, sae))
            .getMessage();
    for (String word : words) {
      assertTrue(message.startsWith(file.toString()) && message.contains(word), message);
    }
  }

  @Test
  void tooFewCalibrationRowsAndOtherWidthsAreRefused() throws IOException {
    SparseAutoencoder sae = SaeCases.topK(WIDTH, 32, 3);
    AnomalyScorer scorer = AnomalyScorer.fit(sae, rows(100, 1), done -> {});
    AnomalyDetector few =
        AnomalyDetector.calibrate(scorer, ScoreKind.COMBINED, rows(18, 2), done -> {});
    String message =
        assertThrows(IllegalArgumentException.class, () -> judge(few, rows(5, 3))).getMessage();
    assertTrue(message.contains("0.05 needs at least 19 calibration rows, got 18"), message);
    AnomalyDetector enough =
        AnomalyDetector.calibrate(scorer, ScoreKind.COMBINED, rows(19, 2), done -> {});
    String wide =
        assertThrows(
                IllegalArgumentException.class,
                () -> judge(enough, MemorySource.of(new float[9], 9)))
            .getMessage();
    assertTrue(wide.contains("rows of 8 values") && wide.contains("have 9"), wide);
  }
}
