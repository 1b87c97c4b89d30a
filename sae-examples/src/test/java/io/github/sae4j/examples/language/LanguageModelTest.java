package io.github.sae4j.examples.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.network.NetworkSplice;
import io.github.sae4j.network.NetworkView;
import io.github.sae4j.splice.Intervention;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

class LanguageModelTest {
  private static final Setup TOY = new Setup(40, 200, 32, 10, 500, 64, List.of(2, 4, 8), 8);

  @TempDir Path directory;

  /**
   * Each subject eats one thing, in any manner, so half of the words follow from the preceding
   * ones.
   */
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

  /** Two epochs see the same batches in different orders, and every gloss once. */
  @Test
  void batchOrderIsRandom() {
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
  void runsOnSentences() throws IOException {
    List<String> lines = LanguageModel.run(sentences(2000), directory, TOY);
    List<Double> heldOut = numbers(lines.get(0));
    assertTrue(heldOut.get(0) < .7 * heldOut.get(2), lines.get(0));
    List<String> outcomes = lines.subList(6, 12);
    double original = numbers(outcomes.get(0)).get(0);
    assertEquals(heldOut.get(0), original, 2e-4); // as DL4J scores the network
    double accuracy = numbers(outcomes.get(0)).get(1);
    assertTrue(accuracy > .7 && accuracy < .9, outcomes.get(0)); // subject and manner are random
    assertTrue(
        outcomes.get(1).contains("recovers 0.00 % of the loss added by the mean"), outcomes.get(1));
    assertTrue(outcomes.get(2).contains("0.00 % by zeros"), outcomes.get(2));
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
      RowOrigin origin = dump.origins().at(2); // the edge, "a", and the subject
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
}
