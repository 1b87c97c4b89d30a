package io.github.sae4j.examples.language;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.eval.LatentDensities;
import io.github.sae4j.format.DType;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.store.DumpInfo;
import io.github.sae4j.store.DumpWriter;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PromotedWordsTest {
  private static final Variant RELU = new ReluL1(0, ReluL1.Weighting.PLAIN);

  @TempDir Path directory;

  private static SparseAutoencoder axes(INDArray decoder, Variant variant) {
    int width = (int) decoder.size(0);
    return new SparseAutoencoder(
        new SaeParameters(
            Nd4j.eye(width).castTo(DataType.FLOAT).dup('f'),
            Nd4j.zeros(DataType.FLOAT, width),
            decoder,
            Nd4j.zeros(DataType.FLOAT, width)),
        variant);
  }

  /** Latent 0 writes into the first value of the state, which favours "a" and opposes "b". */
  @Test
  void promotedWordsComeFromTheWeightProduct() {
    SparseAutoencoder sae = axes(Nd4j.createFromArray(new float[][] {{1, 0}, {0, -1}}), RELU);
    Vocabulary vocabulary = Vocabulary.of(List.of("a a b"), 4);
    INDArray weights = Nd4j.createFromArray(new float[][] {{0, 1, 5, -2}, {1, 0, 2, 3}}).dup('f');
    INDArray bias = Nd4j.createFromArray(new float[][] {{0, 0, -5, 0}});
    PromotedWords promoted = new PromotedWords(sae, weights, bias, vocabulary);
    assertEquals(List.of("a", "<unknown>"), promoted.raised(0, 2));
    assertEquals(List.of("b"), promoted.lowered(0, 1));
    assertEquals(List.of("<unknown>", "<edge>", "a", "b"), promoted.raised(1, 9));
    // logits 0, 1, 0, -2 with the latent and 0, 0, -5, 0 without
    List<PromotedWords.Gain> gains =
        promoted.likelier(0, List.of(new StrongestRows.Row(1, new float[] {1, 0})), 4);
    double with = 2 + Math.E + Math.exp(-2);
    double without = 3 + Math.exp(-5);
    assertEquals("a", gains.get(1).word());
    assertEquals(1 / with - Math.exp(-5) / without, gains.get(1).gain(), 1e-6);
    assertEquals("<unknown>", gains.get(0).word());
    assertEquals(Math.E / with - 1 / without, gains.get(0).gain(), 1e-6);
    assertEquals("b", gains.get(3).word());
    assertEquals(Math.exp(-2) / with - 1 / without, gains.get(3).gain(), 1e-6);
  }

  @Test
  void findsTheRowsWithTheStrongestActivations() throws IOException {
    float[][] rows = {{1, 5}, {3, 0}, {-1, 4}, {2, 6}, {0, 1}};
    Path dump = directory.resolve("rows");
    DumpInfo info = new DumpInfo("", "", List.of(new DumpInfo.Tensor("x", 2, DType.F32)), true, 10);
    try (DumpWriter writer = DumpWriter.createWithoutTexts(dump, info, false)) {
      for (float[] row : rows) {
        writer.addRow(List.of(row), new int[1], null);
      }
      writer.finish();
    }
    try (ActivationSource source = ActivationSources.open(dump, null)) {
      SparseAutoencoder sae = axes(Nd4j.eye(2).castTo(DataType.FLOAT), new TopK(2, 1, 0));
      Map<Integer, List<StrongestRows.Row>> found = StrongestRows.of(sae, source, List.of(0, 1), 2);
      assertEquals(Set.of("3.0 [3.0, 0.0]", "2.0 [2.0, 6.0]"), written(found.get(0)));
      assertEquals(Set.of("5.0 [1.0, 5.0]", "6.0 [2.0, 6.0]"), written(found.get(1)));
    }
  }

  private static Set<String> written(List<StrongestRows.Row> rows) {
    return rows.stream()
        .map(row -> row.activation() + " " + Arrays.toString(row.values()))
        .collect(Collectors.toSet());
  }

  @Test
  void latentsAreEvenlySpacedByDensity() {
    LatentDensities.Counter counter = new LatentDensities.Counter(5);
    SparseAutoencoder sae = axes(Nd4j.eye(5).castTo(DataType.FLOAT), RELU);
    float[] rows = {0, 1, 1, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0};
    counter.add(sae.encode(rows, 4)); // latent 1 in 4 rows, 4 in 3, 3 in 2, 2 in 1, 0 never
    LatentDensities densities = counter.result();
    assertEquals(List.of(1, 4, 3, 2), LatentLines.evenly(densities, 9));
    assertEquals(List.of(4, 2), LatentLines.evenly(densities, 2));
  }

  @Test
  void excerptsShowTheWordAmongItsNeighbours() {
    String text = "one two three four five six seven eight Nine ten eleven twelve";
    int start = text.indexOf("Nine");
    assertEquals(
        "three four five six seven eight [Nine] ten eleven",
        LatentLines.excerpt(text, start, start + 4));
    assertEquals("[] one two", LatentLines.excerpt(text, 0, 0));
  }
}
