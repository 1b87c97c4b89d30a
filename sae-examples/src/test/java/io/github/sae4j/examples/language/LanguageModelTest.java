package io.github.sae4j.examples.language;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.eval.LatentDensities;
import io.github.sae4j.format.DType;
import io.github.sae4j.network.NetworkSplice;
import io.github.sae4j.network.NetworkView;
import io.github.sae4j.splice.Intervention;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import io.github.sae4j.store.DumpInfo;
import io.github.sae4j.store.DumpWriter;
import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class LanguageModelTest {
  private static final Setup TOY = new Setup(40, 200, 32, 10, 500, 64, List.of(2, 4, 8), 8);
  private static final Variant RELU = new ReluL1(0, ReluL1.Weighting.PLAIN);

  @TempDir Path directory;

  /** Everybody eats one thing, in any manner: half of the words follow from what was read. */
  private static List<TextRecord> sentences(int count) {
    String[][] eaters = {
      {"cow", "grass"}, {"cat", "mice"}, {"baker", "bread"}, {"child", "sweets"}
    };
    String[] manners = {"slowly", "fast", "often", "again"};
    Random random = new Random(1);
    List<TextRecord> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String[] eater = eaters[random.nextInt(eaters.length)];
      String manner = manners[random.nextInt(manners.length)];
      String text = "A %s eats %s %s".formatted(eater[0], eater[1], manner);
      texts.add(new TextRecord("text-" + i, text, List.of()));
    }
    return texts;
  }

  @Test
  void wordsAndTheirPlaces() {
    assertEquals(
        List.of(
            new Words.Word("(", 0, 1),
            new Words.Word("o'clock", 1, 8),
            new Words.Word(")", 8, 9),
            new Words.Word("well-known", 10, 20),
            new Words.Word("3", 21, 22),
            new Words.Word(".", 22, 23),
            new Words.Word("5", 23, 24)),
        Words.of("(O'clock) well-known 3.5"));
  }

  @Test
  void theVocabularyIsOfTheMostFrequentWords() {
    Vocabulary vocabulary = Vocabulary.of(List.of("b a c", "A b", "a d"), 5);
    assertEquals(5, vocabulary.size());
    assertEquals("a", vocabulary.word(2));
    assertEquals("b", vocabulary.word(3));
    assertEquals("c", vocabulary.word(4)); // d is as frequent, but later in the alphabet
    assertEquals(3, vocabulary.index("b"));
    assertEquals(Vocabulary.UNKNOWN, vocabulary.index("d"));
  }

  @Test
  void aBatchOfTwoGlosses() {
    Vocabulary vocabulary = Vocabulary.of(List.of("a a a b b c"), 5);
    Gloss longer = Gloss.of(new TextRecord("1", "b, a", List.of()), vocabulary, 9);
    Gloss shorter = Gloss.of(new TextRecord("2", "c a b", List.of()), vocabulary, 1);
    assertEquals(List.of(longer), GlossBatches.byLength(List.of(longer)));
    assertEquals(List.of(shorter, longer), GlossBatches.byLength(List.of(longer, shorter)));
    DataSetIterator batches = GlossBatches.inOrder(List.of(longer, shorter), 2);
    DataSet batch = batches.next();
    assertFalse(batches.hasNext());
    assertArrayEquals(new long[] {2, 1, 4}, batch.getFeatures().shape());
    assertArrayEquals(new float[] {0, 3, 1, 2, 0, 4, 0, 0}, floats(batch.getFeatures()));
    assertArrayEquals(new float[] {3, 1, 2, 0, 4, 0, 0, 0}, floats(batch.getLabels()));
    float[] mask = {1, 1, 1, 1, 1, 1, 0, 0};
    assertArrayEquals(mask, floats(batch.getFeaturesMaskArray()));
    assertArrayEquals(mask, floats(batch.getLabelsMaskArray()));
    assertEquals(6, GlossCorpus.steps(List.of(longer, shorter)));
    assertEquals("a", "b, a".substring(longer.start(3), longer.end(3)));
    assertEquals(longer.start(0), longer.end(0));
  }

  private static float[] floats(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  /** Two epochs see the same batches in different orders, and every gloss once. */
  @Test
  void aRandomOrderOfBatches() {
    GlossCorpus corpus = GlossCorpus.of(sentences(500), TOY);
    List<List<Float>> seen = new ArrayList<>();
    for (long seed = 1; seed <= 2; seed++) {
      long steps = 0;
      List<Float> firsts = new ArrayList<>();
      DataSetIterator batches = GlossBatches.inRandomOrder(corpus.training(), 32, seed);
      while (batches.hasNext()) {
        DataSet batch = batches.next();
        steps += batch.getFeaturesMaskArray().sumNumber().longValue();
        firsts.add(batch.getFeatures().getFloat(0, 0, 2));
      }
      assertEquals(GlossCorpus.steps(corpus.training()), steps);
      seen.add(firsts);
    }
    assertFalse(seen.get(0).equals(seen.get(1)), seen.toString());
  }

  @Test
  void theLossOfFrequenciesByHand() {
    Setup setup = new Setup(4, 1, 4, 1, 1, 4, List.of(1), 1);
    List<TextRecord> texts =
        List.of(
            new TextRecord("1", "a a b", List.of()),
            new TextRecord("2", "a", List.of()),
            new TextRecord("3", "b z", List.of()));
    GlossCorpus corpus = GlossCorpus.of(texts, setup);
    // targets: a 3, b 1, edge 2, unknown 0; one more each, of 10
    double expected = -(Math.log(.2) + Math.log(.1) + Math.log(.3)) / 3;
    assertEquals(expected, corpus.unigramLoss(), 1e-12);
    assertEquals(1 / 3., corpus.unknownShare(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> GlossCorpus.of(texts.subList(0, 1), setup));
  }

  @Test
  void theWholeStoryOnSentences() throws IOException {
    List<String> lines = LanguageModel.run(sentences(2000), directory, TOY);
    List<Double> heldOut = numbers(lines.get(0));
    assertTrue(heldOut.get(0) < .7 * heldOut.get(2), lines.get(0));
    List<String> outcomes = lines.subList(6, 12);
    double original = numbers(outcomes.get(0)).get(0);
    assertEquals(heldOut.get(0), original, 2e-4); // as DL4J scores the network
    double accuracy = numbers(outcomes.get(0)).get(1);
    assertTrue(accuracy > .7 && accuracy < .9, outcomes.get(0)); // who and how cannot be known
    assertTrue(outcomes.get(1).contains("recovered of mean's 0.00 %"), outcomes.get(1));
    assertTrue(outcomes.get(2).contains("of zeros' 0.00 %"), outcomes.get(2));
    for (int i = 3; i < 6; i++) {
      double recovered = numbers(outcomes.get(i).substring(8)).get(2);
      assertTrue(recovered > 50 && recovered < 100.5, outcomes.get(i));
    }
    assertTrue(lines.get(13).startsWith("rows of k = 4: FVU 0."), lines.get(13));
    List<String> latents = lines.stream().filter(line -> line.startsWith("latent ")).toList();
    assertEquals(10, Set.copyOf(latents).size());
    assertTrue(lines.get(lines.size() - 1).startsWith("context  "), lines.get(lines.size() - 1));
    goesOnAndIsNotChangedByItsOwnState();
    try (ActivationDump dump = ActivationDump.open(directory.resolve("held-out"))) {
      RowOrigin origin = dump.origins().at(2); // of the edge, "a", and who eats
      String text = dump.texts().get(origin.example()).text();
      String word = text.substring(origin.start(), origin.end());
      assertEquals(Words.of(text).get(1).word(), word);
    }
  }

  private void goesOnAndIsNotChangedByItsOwnState() throws IOException {
    GlossCorpus corpus = GlossCorpus.of(sentences(2000), TOY);
    MultiLayerNetwork net =
        ModelSerializer.restoreMultiLayerNetwork(directory.resolve("lstm.zip").toFile());
    for (String said : List.of("a cow eats grass", "a baker eats bread")) {
      String beginning = said.substring(0, said.lastIndexOf(' '));
      assertEquals(said, GlossNetwork.continuation(net, corpus.vocabulary(), beginning, 1));
    }
    NetworkSplice splice = new NetworkSplice(NetworkView.of(net), GlossNetwork.HIDDEN);
    DataSetIterator batches = GlossBatches.inOrder(corpus.heldOut(), 32);
    List<NetworkSplice.Outcome> outcomes =
        splice.run(
            batches, splice.mean(batches), List.of(Intervention.of("same", (rows, count) -> {})));
    assertEquals(1, outcomes.get(3).recoveredOfMean(), 1e-6);
    assertEquals(GlossNetwork.loss(net, corpus.heldOut()), outcomes.get(0).loss(), 1e-5);
    assertTrue(outcomes.get(1).loss() > outcomes.get(0).loss() + 1, outcomes.toString());
  }

  private static List<Double> numbers(String line) {
    List<Double> numbers = new ArrayList<>();
    Matcher matcher = Pattern.compile("-?\\d+\\.\\d+").matcher(line);
    while (matcher.find()) {
      numbers.add(Double.valueOf(matcher.group()));
    }
    return numbers;
  }

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

  /** Latent 0 writes into the first number of the state, which speaks for "a" and against "b". */
  @Test
  void promotedWordsAreThoseOfTheProduct() {
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
  void theRowsInWhichALatentIsMostActive() throws IOException {
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
  void latentsAtEvenDistancesThatEverFired() {
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
