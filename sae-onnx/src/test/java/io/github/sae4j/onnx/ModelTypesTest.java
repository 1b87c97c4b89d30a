package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.splice.Intervention;
import io.github.sae4j.text.TextSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models with number types and inputs other than BERT's. */
class ModelTypesTest {
  private static final int INT32 = 6;
  private static final int BOOL = 9;
  private static final int FLOAT16 = 10;
  private static final int DOUBLE = 11;
  private static final int BFLOAT16 = 16;
  private static final float[][] ROWS = {{5, 5.5f}, {4, 4.5f}, {5, 5.5f}};

  @TempDir Path directory;
  private Path model;
  private Path tokenizer;

  @BeforeEach
  void write() throws IOException {
    model = directory.resolve("model.onnx");
    tokenizer = ToyTokenizer.write(directory.resolve("tokenizer.json"), List.of("red", "green"));
  }

  @ParameterizedTest
  @ValueSource(ints = {OnnxBytes.FLOAT, FLOAT16, BFLOAT16, DOUBLE})
  void floatsOfEveryPrecisionAreHarvested(int type) throws Exception {
    write(OnnxBytes.INT64, List.of(), cast("out", type));
    assertRows(ROWS, harvest("out", "green red", "green"));
  }

  @Test
  void valuesBeyondFloat32AreRefusedNamingTheText() throws Exception {
    write(
        OnnxBytes.INT64,
        List.of(),
        cast("wide", DOUBLE),
        OnnxBytes.node("Mul", List.of("wide", "huge"), "out"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> harvest("out", "red")).getMessage();
    assertEquals("text t0, token 1: tensor out gives Infinity", message);
  }

  @Test
  void inputsMayBeInt32AndTheMaskOfOtherTypes() throws Exception {
    for (int type : new int[] {INT32, BOOL, OnnxBytes.FLOAT, FLOAT16}) {
      write(
          INT32,
          List.of(OnnxBytes.value("attention_mask", type, "batch", "sequence")),
          OnnxBytes.node(
              "Cast",
              List.of("attention_mask"),
              "mask",
              OnnxBytes.intAttribute("to", OnnxBytes.FLOAT)),
          OnnxBytes.node("Unsqueeze", List.of("mask", "last"), "column"),
          OnnxBytes.node("Mul", List.of("e", "column"), "out"));
      assertRows(ROWS, harvest("out", "green red", "green"));
    }
  }

  @Test
  void aModelWithoutAMaskGetsTextsOfOneLength() throws Exception {
    // every token gets the sum of its row in the batch, so padding would show
    write(
        OnnxBytes.INT64,
        List.of(),
        OnnxBytes.node(
            "ReduceSum", List.of("e", "axis"), "sum", OnnxBytes.intAttribute("keepdims", 1)),
        OnnxBytes.node("Add", List.of("e", "sum"), "out"));
    // [CLS] 2, [SEP] 3
    assertRows(
        new float[][] {{19, 21.5f}, {18, 20.5f}, {15, 17}, {19, 21.5f}, {18, 20.5f}},
        harvest("out", "green red", "green", "green red"));
  }

  @Test
  void aDecodersPastIsEmpty() throws Exception {
    List<byte[]> past =
        List.of(
            OnnxBytes.value("past_key_values.0.key", OnnxBytes.FLOAT, "batch", 1, "past", 2),
            OnnxBytes.value("use_cache_branch", BOOL, 1));
    byte[] squeezed = OnnxBytes.node("Squeeze", List.of("past_key_values.0.key", "axis"), "old");
    byte[] cached =
        OnnxBytes.node(
            "Cast",
            List.of("use_cache_branch"),
            "c",
            OnnxBytes.intAttribute("to", OnnxBytes.FLOAT));
    write(
        OnnxBytes.INT64,
        past,
        squeezed,
        cached,
        OnnxBytes.node("Concat", List.of("old", "e"), "all", OnnxBytes.intAttribute("axis", 1)),
        OnnxBytes.node("Add", List.of("all", "c"), "out"));
    assertRows(ROWS, harvest("out", "green red", "green"));
  }

  @Test
  void fixedShapesAreRefused() throws Exception {
    byte[] graph =
        OnnxBytes.graph(
            List.of(OnnxBytes.node("Gather", List.of("table", "input_ids"), "out")),
            List.of(OnnxBytes.floats("table", new float[12], 6, 2)),
            List.of(OnnxBytes.value("input_ids", OnnxBytes.INT64, 1, 128)),
            List.of());
    Files.write(model, OnnxBytes.model(graph));
    String message =
        assertThrows(IllegalArgumentException.class, () -> harvest("out", "red")).getMessage();
    assertTrue(message.contains("but is [1, 128]: export the model with dynamic axes"), message);
  }

  @ParameterizedTest
  @ValueSource(ints = {FLOAT16, DOUBLE, OnnxBytes.FLOAT})
  void tensorsOfEveryPrecisionAreSpliced(int type) throws Exception {
    write(
        OnnxBytes.INT64,
        List.of(),
        cast("inner", type),
        OnnxBytes.node("Add", List.of("inner", "inner"), "doubled"),
        cast("doubled", "last_hidden_state", type));
    try (Splicer splicer = new Splicer(config("inner"), "last_hidden_state")) {
      assertEquals(2, splicer.width());
      List<SplicedText> texts = new ArrayList<>();
      List<SpliceOutcome> outcomes =
          splicer.run(
              TextSource.of(List.of("green red", "green")),
              new float[] {1, 2},
              List.of(Intervention.of("same", (rows, n) -> {})),
              texts::add,
              done -> {});
      assertEquals(1, outcomes.get(2).cosine(), 1e-6);
      assertEquals(0, outcomes.get(2).fvu());
      assertEquals(List.of("t0", "t1"), texts.stream().map(SplicedText::id).toList());
      assertEquals(List.of(2, 1), texts.stream().map(SplicedText::rows).toList());
      double mean = 0;
      for (SplicedText text : texts) {
        mean += text.outcomes().get(0).cosine() / texts.size();
      }
      assertEquals(outcomes.get(0).cosine(), mean, 1e-12);
    }
  }

  private static byte[] cast(String to, int type) {
    return cast("e", to, type);
  }

  private static byte[] cast(String from, String to, int type) {
    return OnnxBytes.node("Cast", List.of(from), to, OnnxBytes.intAttribute("to", type));
  }

  /** Writes a model with embeddings e = (t, t + 0.5), followed by nodes. */
  private void write(int idType, List<byte[]> more, byte[]... nodes) throws IOException {
    List<byte[]> all = new ArrayList<>();
    all.add(OnnxBytes.node("Gather", List.of("table", "input_ids"), "e"));
    all.addAll(List.of(nodes));
    List<byte[]> inputs = new ArrayList<>(more);
    inputs.add(OnnxBytes.value("input_ids", idType, "batch", "sequence"));
    float[] table = new float[12];
    for (int t = 0; t < 6; t++) {
      table[2 * t] = t;
      table[2 * t + 1] = t + 0.5f;
    }
    byte[] huge = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(1e200).array();
    List<byte[]> weights =
        List.of(
            OnnxBytes.floats("table", table, 6, 2),
            OnnxBytes.tensor("huge", DOUBLE, huge),
            OnnxBytes.longs("axis", new long[] {1}, 1),
            OnnxBytes.longs("last", new long[] {-1}, 1));
    Files.write(model, OnnxBytes.model(OnnxBytes.graph(all, weights, inputs, List.of())));
  }

  private HarvestConfig config(String tensor) {
    return HarvestConfig.of(model, tokenizer, List.of(tensor));
  }

  private MemorySink harvest(String tensor, String... texts) throws Exception {
    try (Harvester harvester = new Harvester(config(tensor))) {
      MemorySink sink = new MemorySink(harvester.tensors());
      harvester.run(TextSource.of(List.of(texts)), sink, progress -> {});
      return sink;
    }
  }

  private static void assertRows(float[][] expected, MemorySink sink) {
    assertEquals(expected.length, sink.rows.size());
    for (int row = 0; row < expected.length; row++) {
      assertArrayEquals(expected[row], sink.rows.get(row).get(0));
    }
  }
}
