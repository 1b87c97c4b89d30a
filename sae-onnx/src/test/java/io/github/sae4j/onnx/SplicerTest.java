package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.splice.Intervention;
import io.github.sae4j.text.TextSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplicerTest {
  /** [PAD], [UNK], [CLS], [SEP], red, green, blue. */
  private static final float[][] EMBEDDINGS = {
    {1000, 1000}, {0, 1}, {10, 0}, {0, 20}, {1, 2}, {3, 4}, {5, 6}
  };

  private static final List<String> TEXTS = List.of("red blue", "green");

  @TempDir Path directory;
  private Path model;
  private Path tokenizer;

  @BeforeEach
  void write() throws IOException {
    model = new ToyModel(EMBEDDINGS).write(directory.resolve("toy.onnx"));
    tokenizer =
        ToyTokenizer.write(directory.resolve("tokenizer.json"), List.of("red", "green", "blue"));
  }

  private HarvestConfig config(String tensor) {
    return new HarvestConfig(model, tokenizer, List.of(tensor), 512, 64, false, 1, 99, 99);
  }

  private List<SpliceOutcome> run(String tensor, float[] mean, Intervention... interventions)
      throws Exception {
    try (Splicer splicer = new Splicer(config(tensor), null)) {
      return splicer.run(TextSource.of(TEXTS), mean, List.of(interventions), done -> {});
    }
  }

  @Test
  void theSameActivationsGiveTheSameOutput() throws Exception {
    List<float[]> seen = new ArrayList<>();
    Intervention look = Intervention.of("look", (rows, n) -> seen.add(Arrays.copyOf(rows, 2 * n)));
    SpliceOutcome same = run(ToyModel.EMBEDDINGS, new float[] {-9, 4}, look).get(2);
    assertEquals(1, same.cosine(), 1e-7);
    assertEquals(0, same.fvu());
    assertEquals(1, same.recoveredOfMean(), 1e-6);
    assertEquals(1, same.recoveredOfZero(), 1e-6);
    // both texts, the longer one first, without [CLS] and [SEP]
    assertArrayEquals(new float[] {1, 2, 5, 6, 3, 4}, seen.get(0));
  }

  /** The last layer is 2x + 1, so the embedding of a text can be worked out by hand. */
  @Test
  void splicedRowsGoThroughTheRestOfTheModel() throws Exception {
    Intervention ten = Intervention.of("ten", (rows, n) -> Arrays.fill(rows, 0, 2 * n, 10));
    List<SpliceOutcome> outcomes = run(ToyModel.MIXED, new float[] {18, 31}, ten);
    // "red blue" is [CLS] (26, 28), red (17, 30), blue (21, 34), [SEP] (16, 48) each plus the sum
    // over the sequence, (16, 28); the spliced mean has 10 for red and blue
    double[] original = {(26 + 17 + 21 + 16) / 4.0 * 2 + 1, (28 + 30 + 34 + 48) / 4.0 * 2 + 1};
    double[] spliced = {(26 + 10 + 10 + 16) / 4.0 * 2 + 1, (28 + 10 + 10 + 48) / 4.0 * 2 + 1};
    double[] green = {(23 + 16 + 13) / 3.0 * 2 + 1, (24 + 28 + 44) / 3.0 * 2 + 1};
    double[] greenSpliced = {(23 + 10 + 13) / 3.0 * 2 + 1, (24 + 10 + 44) / 3.0 * 2 + 1};
    double expected = (cosine(original, spliced) + cosine(green, greenSpliced)) / 2;
    assertEquals(expected, outcomes.get(2).cosine(), 1e-6);
    double error = sq(7) + sq(20) + sq(11) + sq(24) + sq(6) + sq(18);
    double variance = sq(1) + sq(1) + sq(3) + sq(3) + sq(2) + sq(3);
    assertEquals(error / variance, outcomes.get(2).fvu(), 1e-6);
    assertEquals(1, outcomes.get(0).fvu(), 1e-6);
    assertEquals(0, outcomes.get(0).recoveredOfMean(), 1e-6);
    assertEquals(0, outcomes.get(1).recoveredOfZero(), 1e-6);
    assertTrue(outcomes.get(1).lost() > outcomes.get(0).lost());
  }

  private static double sq(double value) {
    return value * value;
  }

  private static double cosine(double[] a, double[] b) {
    return (a[0] * b[0] + a[1] * b[1]) / Math.hypot(a[0], a[1]) / Math.hypot(b[0], b[1]);
  }

  @Test
  void theMeanIsTakenOverTheRows() throws Exception {
    try (Splicer splicer = new Splicer(config(ToyModel.EMBEDDINGS), null)) {
      assertArrayEquals(new float[] {3, 4}, splicer.mean(TextSource.of(TEXTS), 2), 1e-6f);
      assertThrows(IllegalArgumentException.class, () -> splicer.mean(TextSource.of(TEXTS), 3));
    }
  }

  @Test
  void refusesInterventionsOfAnotherWidth() throws Exception {
    try (Splicer splicer = new Splicer(config(ToyModel.MIXED), null)) {
      assertEquals(2, splicer.width());
      Intervention wide = Intervention.mean(new float[3]);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> run(ToyModel.MIXED, new float[2], Intervention.zero(), wide))
              .getMessage();
      assertEquals(ToyModel.MIXED + " has rows of 2 values, but 'mean' is for rows of 3", message);
    }
    assertThrows(IllegalArgumentException.class, () -> run(ToyModel.MIXED, new float[3]));
    assertThrows(IllegalArgumentException.class, () -> run(ToyModel.MIXED, new float[1]));
  }

  @Test
  void refusesTensorsThatCannotBeCut() {
    assertRefused(ToyModel.OUTPUT, null, "none of [last_hidden_state] depends on");
    assertRefused(ToyModel.LOGARITHM, null, "none of [last_hidden_state] depends on");
    assertRefused("nonsense", null, "has no tensor named nonsense");
    assertRefused(ToyModel.MIXED, "nonsense", "has no tensor named nonsense");
  }

  private void assertRefused(String tensor, String output, String expected) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> new Splicer(config(tensor), output).close())
            .getMessage();
    assertTrue(message.contains(expected), message);
  }
}
