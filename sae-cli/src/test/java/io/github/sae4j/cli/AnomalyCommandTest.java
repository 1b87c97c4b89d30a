package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sae anomaly}. */
class AnomalyCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SCORED = 300;

  @TempDir private static Path directory;
  private static ToyWorld world;

  @BeforeAll
  static void prepare() throws IOException {
    world = ToyWorld.trained(directory);
  }

  private static CommandRun anomaly(List<Object> first, Object... more) {
    List<Object> words = new ArrayList<>(List.of("anomaly", "--sae", world.run()));
    words.addAll(first);
    words.addAll(List.of(more));
    return CommandRun.of(words.toArray());
  }

  private static List<Object> calibrating() {
    return List.of(
        "--train",
        world.dump(),
        "--train-rows",
        "0:1000",
        "--calibrate",
        world.dump(),
        "--calibration-rows",
        "1000:1500");
  }

  private static List<Object> scoring(Path out) {
    return List.of("--data", world.dump(), "--rows", "1500:" + (1500 + SCORED), "--out", out);
  }

  private static CommandRun both(Path out, Object... more) {
    List<Object> words = new ArrayList<>(calibrating());
    words.addAll(scoring(out));
    return anomaly(words, more);
  }

  @Test
  void oneCallOrTwoWriteTheSameScores() throws IOException {
    Path once = directory.resolve("once.jsonl");
    Path report = directory.resolve("report.json");
    CommandRun run = both(once, "--false-alarms", 0.05, "--json", report).succeeded();
    Path detector = directory.resolve("detector.json");
    anomaly(calibrating(), "--save", detector).succeeded();
    Path twice = directory.resolve("twice.jsonl");
    anomaly(scoring(twice), "--detector", detector, "--false-alarms", 0.05).succeeded();
    assertEquals(Files.readString(once), Files.readString(twice));

    JsonNode numbers = JSON.readTree(report.toFile());
    assertEquals(SCORED, numbers.get("rows").intValue());
    assertEquals(500, numbers.get("calibration_rows").intValue());
    List<String> lines = Files.readAllLines(once);
    assertEquals(SCORED, lines.size());
    int alarms = 0;
    for (int i = 0; i < lines.size(); i++) {
      JsonNode row = JSON.readTree(lines.get(i));
      assertEquals(i, row.get("row").intValue());
      boolean alarm = row.get("alarm").booleanValue();
      alarms += alarm ? 1 : 0;
      assertEquals(alarm, row.get("p_value").doubleValue() <= 0.05);
      assertEquals(alarm, row.get("combined").doubleValue() > numbers.get("threshold").asDouble());
      assertEquals(alarm, row.has("dimensions") && row.has("latents"));
    }
    assertEquals(alarms, numbers.get("alarms").intValue());
    // 15 are expected; 5 standard deviations of a calibration with 500 rows are 24
    assertTrue(alarms <= 39, alarms + "");
    assertTrue(run.out().startsWith(alarms + " alarm"), run.out());
  }

  @Test
  void strangeRowsAreFoundAndExplained() throws IOException {
    Path strange = directory.resolve("strange.csv.bin");
    float[] row = new float[ToyWorld.WIDTH];
    row[5] = 1000;
    ByteBuffer bytes = ByteBuffer.allocate(4 * row.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(row);
    Files.write(strange, bytes.array());
    Files.writeString(
        directory.resolve("strange.csv.json"),
        "{\"dtype\": \"float32\", \"width\": %d}".formatted(ToyWorld.WIDTH));
    Path out = directory.resolve("strange.jsonl");
    anomaly(calibrating(), "--data", strange, "--out", out, "--score", "error", "--most", 2)
        .succeeded();
    JsonNode found = JSON.readTree(Files.readString(out));
    assertTrue(found.get("alarm").booleanValue());
    assertEquals(2, found.get("dimensions").size());
    assertEquals(2, found.get("latents").size());
    Path csv = directory.resolve("strange-out.csv");
    anomaly(calibrating(), "--data", strange, "--out", csv, "--score", "error").succeeded();
    List<String> lines = Files.readAllLines(csv);
    assertEquals(
        "row,alarm,p_value,error,relative_error,surprise,combined,dimensions,latents",
        lines.get(0));
    assertEquals(9, lines.get(1).split(",", -1).length);
    assertTrue(lines.get(1).startsWith("0,true,"), lines.get(1));
  }

  @Test
  void whatDoesNotFitIsRefusedAndLeavesNothing() throws IOException {
    Path out = directory.resolve("none.jsonl");
    List<Object> score = scoring(out);
    anomaly(score).refused("give --train and --calibrate, or a --detector");
    anomaly(calibrating()).refused("give --data and --out");
    anomaly(calibrating(), "--data", world.dump())
        .refused("--data and --out must be given together");
    both(out, "--train-rows", "0:1200").refused("--train and --calibrate share rows", "not seen");
    both(out, "--train-rows", "holdout").refused("--train-rows must be 'all' or FROM:TO");
    both(out, "--false-alarms", 0.001)
        .refused("false-alarm rate of 0.001 needs at least 999 calibration rows", "has 500");
    both(out, "--false-alarms", 1).refused("--false-alarms must be positive and less than 1");
    both(out, "--false-alarms", "1e-9").refused("--false-alarms 1.0E-9 needs 999,999,999");
    Path narrow = Files.write(directory.resolve("narrow.bin"), new byte[4 * 3 * 10]);
    Files.writeString(directory.resolve("narrow.json"), "{\"dtype\": \"float32\", \"width\": 3}");
    anomaly(calibrating(), "--data", narrow, "--out", out)
        .refused("the SAE encodes rows of 8 values", "have 3");
    Path detector = directory.resolve("good.json");
    anomaly(calibrating(), "--save", detector).succeeded();
    anomaly(calibrating(), "--save", detector).refused("good.json already exists");
    both(out, "--detector", detector).refused("--detector replaces --train");
    anomaly(score, "--detector", world.texts()).refused("texts.jsonl");
    anomaly(score, "--detector", detector, "--false-alarms", 0.001)
        .refused("0.001 needs at least 999 calibration rows, got 500");
    Path other = directory.resolve("other-run");
    world.train(other, "--seed", 5).succeeded();
    anomaly(score, "--detector", detector, "--sae", other)
        .refused("good.json was made with another SAE");
    assertFalse(Files.exists(out));
    Path letter = Files.writeString(directory.resolve("letter"), "a letter");
    both(letter).refused("letter already exists");
    both(letter, "--overwrite").refused("letter is not a file of scores");
    both(directory.resolve("twice.csv")).succeeded();
    both(directory.resolve("twice.csv"), "--overwrite").succeeded();
    assertEquals("a letter", Files.readString(letter));
  }
}
