package io.github.sae4j.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class NetworkHarvesterTest {
  @TempDir Path directory;

  @ParameterizedTest
  @MethodSource("io.github.sae4j.network.NetworkCases#cases")
  void harvestsADumpWithRowOrigins(NetworkCases.Case each) throws Exception {
    Path path = directory.resolve("dump");
    long rows =
        new NetworkHarvester(each.view(), List.of(each.place()))
            .model("toy")
            .labels(List.of("zero", "one", "two"))
            .run(new ListDataSetIterator<>(List.of(each.batch(), each.batch()), 1), path);
    try (ActivationDump dump = ActivationDump.open(path);
        ActivationSource source = dump.source(null)) {
      assertEquals(rows, source.rows());
      assertEquals(each.place().equals("maps") ? 4 : 5, source.width());
      List<INDArray> found = new ArrayList<>();
      each.view()
          .run(
              each.batch(),
              (place, activations) -> {
                if (place.equals(each.place())) {
                  found.add(activations.dup());
                }
                return activations;
              });
      ActivationRows expected =
          new ActivationRows(
              found.get(0), each.channelsLast(), each.batch().getFeaturesMaskArray());
      assertEquals(source.width(), expected.width());
      assertEquals(2L * expected.count(), rows);
      float[] half = new float[expected.count() * expected.width()];
      for (int pass = 0; pass < 2; pass++) {
        source.read((long) pass * expected.count(), expected.count(), half, 0);
        assertArrayEquals(expected.values(), half, 1e-6f);
      }
      int last = expected.count() - 1;
      int examples = (int) each.batch().getFeatures().size(0);
      RowOrigin origin = dump.origins().at(rows - 1);
      int example = examples + expected.example(last, examples);
      int end = dump.texts().get(example).text().length();
      assertEquals(new RowOrigin(example, expected.position(last, examples), 0, end), origin);
      assertEquals(2 * examples, dump.texts().size());
      if (each.batch().getLabels().rank() == 2) {
        assertEquals(List.of("one"), dump.texts().get(1).concepts());
        assertEquals("one (example-1)", dump.texts().get(1).text());
      }
    }
  }

  /** Two sentences with one word per step; masked steps have no row. */
  @Test
  void customTextsLocateTheWordOfARow() throws Exception {
    record Sentence(TextRecord record) implements ExampleText {
      @Override
      public int start(int position) {
        return 2 * position;
      }

      @Override
      public int end(int position) {
        return start(position) + 1;
      }
    }
    NetworkCases.Case each = NetworkCases.recurrent();
    List<Sentence> sentences =
        List.of(
            new Sentence(new TextRecord("first", "a b c d", List.of("letters"))),
            new Sentence(new TextRecord("second", "e f", List.of())));
    Path path = directory.resolve("sentences");
    new NetworkHarvester(each.view(), List.of(each.place()))
        .texts(sentences::get)
        .run(new ListDataSetIterator<>(List.of(each.batch()), 1), path);
    try (ActivationDump dump = ActivationDump.open(path)) {
      assertEquals(sentences.stream().map(Sentence::record).toList(), dump.texts());
      assertEquals(6, dump.manifest().rows());
      List<String> words = new ArrayList<>();
      for (long row = 0; row < 6; row++) {
        RowOrigin origin = dump.origins().at(row);
        String text = dump.texts().get(origin.example()).text();
        words.add(text.substring(origin.start(), origin.end()));
      }
      assertEquals(List.of("a", "b", "c", "d", "e", "f"), words);
    }
  }

  @Test
  void harvestsSeveralPlacesAndRejectsMismatches() throws Exception {
    NetworkCases.Case dense = NetworkCases.dense();
    ListDataSetIterator<DataSet> batches = new ListDataSetIterator<>(List.of(dense.batch()), 7);
    Path path = directory.resolve("several");
    new NetworkHarvester(dense.view(), List.of("0", "second")).run(batches, path);
    try (ActivationDump dump = ActivationDump.open(path);
        ActivationSource second = dump.source("second")) {
      assertEquals(7, second.rows());
      assertEquals(6, second.width());
    }
    assertMessage(
        "no layer or vertex 'third'; it has 0, second, 2",
        () -> new NetworkHarvester(dense.view(), List.of("third")));
    NetworkCases.Case maps = NetworkCases.convolution(CNN2DFormat.NCHW);
    assertMessage(
        "'maps' has 84 rows in a batch, but '1' has 7",
        () ->
            new NetworkHarvester(maps.view(), List.of("maps", "1"))
                .run(
                    new ListDataSetIterator<>(List.of(maps.batch()), 7),
                    directory.resolve("none")));
    assertFalse(Files.exists(directory.resolve("none")));
  }

  private static void assertMessage(String expected, Executable action) {
    String message = assertThrows(IllegalArgumentException.class, action).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
