package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import io.github.sae4j.text.TextFault;
import io.github.sae4j.text.TextSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No text stops a harvest, and a token limit is either honoured or refused. */
class HarvestTextsTest {
  private static final float[][] EMBEDDINGS = {{0}, {1}, {2}, {3}, {4}, {5}};
  private static final List<String> WORDS = List.of("red", "green");

  @TempDir Path directory;
  private Path model;
  private Path tokenizer;

  @BeforeEach
  void write() throws IOException {
    model = new ToyModel(EMBEDDINGS).write(directory.resolve("toy.onnx"));
    tokenizer = ToyTokenizer.write(directory.resolve("tokenizer.json"), WORDS);
  }

  @Test
  void loneSurrogatesAndNulsBecomeReplacementCharacters() throws Exception {
    // complete pairs after a lone surrogate must each count as one character
    String broken = "\uD83D\uDE00 a\uDC00b red\0 \uD83D\uDE00 green";
    MemorySink sink = new MemorySink(List.of(new TensorShape(ToyModel.EMBEDDINGS, 1)));
    HarvestReport report = harvest(sink, 512, "red", broken, "\uFEFFgreen", "\uD83D");
    assertEquals(2, report.faults().count(TextFault.NOT_UNICODE));
    String text = sink.texts.get(1).text();
    assertEquals("\uD83D\uDE00 a\uFFFDb red\uFFFD \uD83D\uDE00 green", text);
    assertEquals("green", sink.texts.get(2).text());
    List<String> words =
        sink.origins.stream()
            .filter(origin -> origin.example() == 1)
            .map(origin -> text.substring(origin.start(), origin.end()))
            .toList();
    assertEquals(5, words.size());
    assertEquals(List.of("\uD83D\uDE00", "green"), List.of(words.get(3), words.get(4)));
  }

  @Test
  void emptyTextsAreSkippedAndTextsWithoutTokensAreKept() throws Exception {
    MemorySink sink = new MemorySink(List.of(new TensorShape(ToyModel.EMBEDDINGS, 1)));
    HarvestReport report = harvest(sink, 512, "red", "", " \t\u00a0", "\u0007", "green");
    assertEquals(
        List.of("red", "\u0007", "green"), sink.texts.stream().map(TextRecord::text).toList());
    assertEquals(List.of(0, 2), sink.origins.stream().map(RowOrigin::example).toList());
    assertEquals(3, report.texts());
    assertEquals(
        "skipped 2 texts: 2 empty; 1 text without tokens, and therefore without rows",
        report.faults().describe());
  }

  @Test
  void moreThan512TokensAreReadOnRequest() throws Exception {
    String text = "red ".repeat(2000);
    for (int most : new int[] {700, 1024, 5000}) {
      MemorySink sink = new MemorySink(List.of(new TensorShape(ToyModel.EMBEDDINGS, 1)));
      HarvestReport report = harvest(sink, most, text);
      assertEquals(Math.min(most - 2, 2000), sink.rows.size());
      assertEquals(most, report.maxTokens());
      assertEquals(most < 2002 ? 1 : 0, report.truncatedTexts());
    }
  }

  @Test
  void theModelsPositionsAreTheLimit() throws Exception {
    // RoBERTa's positions begin at 2; the weights' names reveal nothing
    writePositions(12);
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Harvester(config("out", 11)).close())
            .getMessage();
    assertEquals(model + " has positions for 10 tokens, so --max-tokens cannot be 11", message);
    for (int most : new int[] {10, HarvestConfig.DEFAULT_MAX_TOKENS}) {
      try (Harvester harvester = new Harvester(config("out", most))) {
        MemorySink sink = new MemorySink(harvester.tensors());
        HarvestReport report =
            harvester.run(TextSource.of(List.of("red ".repeat(30))), sink, progress -> {});
        assertEquals(8, sink.rows.size());
        assertEquals(10, report.maxTokens());
        assertEquals(4 + 103, sink.rows.get(0).get(0)[0]); // red at the second token
      }
    }
  }

  @Test
  void textsThatTheModelRejectsAreNamed() throws Exception {
    writePositions(12);
    // the graph does not show its limit: positions are counted behind a Where
    try (Harvester harvester = new Harvester(config("hidden", 100))) {
      MemorySink sink = new MemorySink(harvester.tensors());
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      harvester.run(
                          TextSource.of(List.of("red", "red ".repeat(30))), sink, progress -> {}))
              .getMessage();
      assertTrue(message.startsWith("the model fails on text t1 of 32 tokens: "), message);
      assertEquals(1, message.lines().count());
    }
  }

  /**
   * Writes out = e(t) + table[cumsum(mask)·mask + 1]; {@code hidden} uses another operator to look
   * it up.
   */
  private void writePositions(int rows) throws IOException {
    float[] table = new float[rows];
    for (int i = 0; i < rows; i++) {
      table[i] = 100 + i;
    }
    byte[] graph =
        OnnxBytes.graph(
            List.of(
                OnnxBytes.node("CumSum", List.of("attention_mask", "axis"), "counted"),
                OnnxBytes.node("Mul", List.of("counted", "attention_mask"), "masked"),
                OnnxBytes.node("Add", List.of("masked", "first"), "positions"),
                OnnxBytes.node("Gather", List.of("table", "positions"), "p"),
                OnnxBytes.node("Unsqueeze", List.of("positions", "last"), "rows"),
                OnnxBytes.node("GatherND", List.of("table", "rows"), "hiddenP"),
                OnnxBytes.node("Gather", List.of("words", "input_ids"), "e"),
                OnnxBytes.node("Add", List.of("e", "p"), "out"),
                OnnxBytes.node("Add", List.of("e", "hiddenP"), "hidden")),
            List.of(
                OnnxBytes.floats("table", table, rows, 1),
                OnnxBytes.floats("words", new float[] {0, 1, 2, 3, 4, 5}, 6, 1),
                OnnxBytes.longs("axis", new long[] {1}),
                OnnxBytes.longs("last", new long[] {-1}, 1),
                OnnxBytes.longs("first", new long[] {1})),
            List.of(
                OnnxBytes.value("input_ids", OnnxBytes.INT64, "batch", "sequence"),
                OnnxBytes.value("attention_mask", OnnxBytes.INT64, "batch", "sequence")),
            List.of());
    Files.write(model, OnnxBytes.model(graph));
  }

  private HarvestReport harvest(MemorySink sink, int maxTokens, String... texts) throws Exception {
    try (Harvester harvester = new Harvester(config(ToyModel.EMBEDDINGS, maxTokens))) {
      return harvester.run(TextSource.of(List.of(texts)), sink, progress -> {});
    }
  }

  private HarvestConfig config(String tensor, int maxTokens) {
    return new HarvestConfig(
        model, tokenizer, List.of(tensor), maxTokens, 64, false, 1, 99_999, 99_999);
  }
}
