package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import io.github.sae4j.text.TextSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HarvesterTest {
  /** [PAD], [UNK], [CLS], [SEP], red, green, blue. */
  private static final float[][] EMBEDDINGS = {
    {1000, 1000}, {0, 1}, {10, 0}, {0, 20}, {1, 2}, {3, 4}, {5, 6}
  };

  private static final List<String> WORDS = List.of("red", "green", "blue");

  @TempDir Path directory;
  private Path model;
  private Path tokenizer;

  @BeforeEach
  void write() throws IOException {
    model = new ToyModel(EMBEDDINGS).write(directory.resolve("toy.onnx"));
    tokenizer = ToyTokenizer.write(directory.resolve("tokenizer.json"), WORDS);
  }

  @Test
  void rowsAreTheModelsValues() throws Exception {
    List<String> tensors = List.of(ToyModel.MIXED, ToyModel.EMBEDDINGS, ToyModel.OUTPUT);
    try (Harvester harvester = new Harvester(config(tensors))) {
      assertEquals(
          List.of(
              new TensorShape(ToyModel.MIXED, 2),
              new TensorShape(ToyModel.EMBEDDINGS, 2),
              new TensorShape(ToyModel.OUTPUT, 2)),
          harvester.tensors());
      MemorySink sink = new MemorySink(harvester.tensors());
      HarvestReport report =
          harvester.run(TextSource.of(List.of("red blue", "green")), sink, progress -> {});

      // sum over [CLS] red blue [SEP] = (16, 28); over [CLS] green [SEP] = (13, 24)
      assertRows(new float[][] {{17, 30}, {21, 34}, {16, 28}}, sink, 0);
      assertRows(new float[][] {{1, 2}, {5, 6}, {3, 4}}, sink, 1);
      assertRows(new float[][] {{35, 61}, {43, 69}, {33, 57}}, sink, 2);
      assertEquals(
          List.of(new RowOrigin(0, 1, 0, 3), new RowOrigin(0, 2, 4, 8), new RowOrigin(1, 1, 0, 5)),
          sink.origins);
      assertEquals(new TextRecord("t1", "green", List.of()), sink.texts.get(1));
      assertEquals(2, report.texts());
      assertEquals(3, report.rows());
      assertEquals(7, report.tokens());
      assertEquals(0, report.truncatedTexts());
      assertTrue(sink.finished && sink.closed);
    }
  }

  @Test
  void aFileOfTextsGoesIntoADumpInOneCall() throws Exception {
    Path texts = Files.writeString(directory.resolve("texts.txt"), "red blue\ngreen\nred\n");
    Path dump = directory.resolve("dump");
    HarvestReport report =
        Harvester.harvest(config(List.of(ToyModel.EMBEDDINGS)).withMaxTexts(2), texts, dump);
    assertEquals(2, report.texts());
    try (ActivationDump written = ActivationDump.open(dump)) {
      float[] rows = new float[6];
      written.source(ToyModel.EMBEDDINGS).read(0, 3, rows, 0);
      assertArrayEquals(new float[] {1, 2, 5, 6, 3, 4}, rows);
      assertEquals("green", written.texts().get(1).text());
    }
  }

  @Test
  void specialTokensAreKeptIfAsked() throws Exception {
    HarvestConfig config =
        new HarvestConfig(model, tokenizer, List.of(ToyModel.EMBEDDINGS), 512, 64, true, 1, 99, 99);
    MemorySink sink = harvest(config, List.of("red"));
    assertRows(new float[][] {{10, 0}, {1, 2}, {0, 20}}, sink, 0);
    assertEquals(
        List.of(new RowOrigin(0, 0, 0, 0), new RowOrigin(0, 1, 0, 3), new RowOrigin(0, 2, 3, 3)),
        sink.origins);
  }

  @Test
  void batchingAndThreadsChangeNeitherOrderNorRows() throws Exception {
    List<String> texts = randomTexts(600);
    MemorySink one = harvest(config(1, 1), texts);
    assertEquals(texts, one.texts.stream().map(TextRecord::text).toList());
    for (int tokensPerBatch : new int[] {16, 64, 100_000}) {
      MemorySink other = harvest(config(tokensPerBatch, 3), texts);
      assertEquals(one.origins, other.origins);
      assertEquals(one.texts, other.texts);
      for (int row = 0; row < one.rows.size(); row++) {
        assertArrayEquals(one.rows.get(row).get(0), other.rows.get(row).get(0), 1e-4f);
      }
    }
  }

  @Test
  void longTextsAreCutOffAndCounted() throws Exception {
    HarvestConfig config =
        new HarvestConfig(model, tokenizer, List.of(ToyModel.MIXED), 4, 64, false, 1, 99, 99);
    try (Harvester harvester = new Harvester(config)) {
      MemorySink sink = new MemorySink(harvester.tensors());
      HarvestReport report =
          harvester.run(
              TextSource.of(List.of("red blue green red", "red blue")), sink, progress -> {});
      assertEquals(1, report.truncatedTexts());
      // both are read as [CLS] red blue [SEP]
      assertRows(new float[][] {{17, 30}, {21, 34}, {17, 30}, {21, 34}}, sink, 0);
    }
  }

  @Test
  void limitsNeverSplitAText() throws Exception {
    List<String> texts = List.of("red red", "blue", "green green", "red");
    MemorySink rows = harvest(limited(4, 99), texts);
    assertEquals(3, rows.rows.size());
    assertEquals(2, rows.texts.size());
    MemorySink first = harvest(limited(99, 1), texts);
    assertEquals(2, first.rows.size());
    assertEquals(1, first.texts.size());
  }

  @Test
  void textsWithoutTokensGiveNoRows() throws Exception {
    MemorySink sink = harvest(config(64, 1), List.of("red", "\u0007", "blue"));
    assertEquals(3, sink.texts.size());
    assertEquals(List.of(0, 2), sink.origins.stream().map(RowOrigin::example).toList());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> harvest(config(64, 1), List.of("\u0007")));
    assertTrue(e.getMessage().startsWith("no rows to harvest"), e.getMessage());
  }

  @Test
  void progressCountsUpToTheEnd() throws Exception {
    List<HarvestProgress.Snapshot> seen = new ArrayList<>();
    try (Harvester harvester = new Harvester(config(16, 2))) {
      harvester.run(
          TextSource.of(randomTexts(100)), new MemorySink(harvester.tensors()), seen::add);
    }
    assertTrue(seen.size() > 10);
    for (int i = 1; i < seen.size(); i++) {
      assertTrue(seen.get(i).texts() > seen.get(i - 1).texts());
    }
    HarvestProgress.Snapshot last = seen.get(seen.size() - 1);
    assertEquals(100, last.texts());
    assertEquals(100, last.totalTexts());
    assertEquals(1, last.fraction());
    assertEquals(0, last.secondsLeft().orElseThrow());
    assertEquals(
        30, new HarvestProgress.Snapshot(25, 100, 1, 9, 70, 10).secondsLeft().orElseThrow(), 1e-9);
    assertEquals(7, new HarvestProgress.Snapshot(25, 100, 1, 9, 70, 10).tokensPerSecond(), 1e-9);
  }

  @Test
  void nonFiniteValuesAreReportedWithTheirText() throws IOException {
    float[][] broken = EMBEDDINGS.clone();
    broken[6] = new float[] {Float.NaN, 0};
    new ToyModel(broken).write(model);
    try (Harvester harvester = new Harvester(config(List.of(ToyModel.EMBEDDINGS)))) {
      MemorySink sink = new MemorySink(harvester.tensors());
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  harvester.run(TextSource.of(List.of("red", "green blue")), sink, progress -> {}));
      assertEquals(
          "text t1, token 2: tensor " + ToyModel.EMBEDDINGS + " gives NaN", e.getMessage());
      assertTrue(sink.closed);
      assertFalse(sink.finished);
    }
  }

  @Test
  void weightsMayBeInAFileNextToTheModel() throws Exception {
    ByteBuffer table = ByteBuffer.allocate(7 * 2 * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : EMBEDDINGS) {
      table.putFloat(row[0]).putFloat(row[1]);
    }
    Files.write(directory.resolve("weights.bin"), table.array());
    byte[] graph =
        OnnxBytes.graph(
            List.of(OnnxBytes.node("Gather", List.of("table", "input_ids"), "/out")),
            List.of(OnnxBytes.externalFloats("table", "weights.bin", 7, 2)),
            List.of(OnnxBytes.value("input_ids", OnnxBytes.INT64, "batch", "sequence")),
            List.of());
    Files.write(model, OnnxBytes.model(graph));
    MemorySink sink =
        harvest(HarvestConfig.of(model, tokenizer, List.of("/out")), List.of("blue red"));
    assertRows(new float[][] {{5, 6}, {1, 2}}, sink, 0);
  }

  @Test
  void anInterruptStopsTheHarvest() throws IOException {
    try (Harvester harvester = new Harvester(config(16, 2))) {
      MemorySink sink = new MemorySink(harvester.tensors());
      assertThrows(
          InterruptedException.class,
          () ->
              harvester.run(
                  TextSource.of(randomTexts(2_000)),
                  sink,
                  progress -> Thread.currentThread().interrupt()));
      assertTrue(sink.closed);
      assertFalse(sink.finished);
      assertFalse(Thread.interrupted());
    }
  }

  private static List<String> randomTexts(int count) {
    Random random = new Random(7);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      StringBuilder text = new StringBuilder("red");
      for (int word = random.nextInt(12); word > 0; word--) {
        text.append(' ').append(WORDS.get(random.nextInt(WORDS.size())));
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static void assertRows(float[][] expected, MemorySink sink, int tensor) {
    assertEquals(expected.length, sink.rows.size());
    for (int row = 0; row < expected.length; row++) {
      assertArrayEquals(expected[row], sink.rows.get(row).get(tensor), 1e-5f);
    }
  }

  private static MemorySink harvest(HarvestConfig config, List<String> texts) throws Exception {
    try (Harvester harvester = new Harvester(config)) {
      MemorySink sink = new MemorySink(harvester.tensors());
      harvester.run(TextSource.of(texts), sink, progress -> {});
      return sink;
    }
  }

  private HarvestConfig config(List<String> tensors) {
    return HarvestConfig.of(model, tokenizer, tensors);
  }

  private HarvestConfig config(int tokensPerBatch, int threads) {
    return new HarvestConfig(
        model,
        tokenizer,
        List.of(ToyModel.MIXED),
        512,
        tokensPerBatch,
        false,
        threads,
        HarvestConfig.NO_LIMIT,
        HarvestConfig.NO_LIMIT);
  }

  private HarvestConfig limited(long maxRows, long maxTexts) {
    return new HarvestConfig(
        model, tokenizer, List.of(ToyModel.MIXED), 512, 64, false, 1, maxRows, maxTexts);
  }
}
