package io.github.sae4j.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.splice.Intervention;
import io.github.sae4j.store.ActivationDump;
import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.RowOrigin;
import io.github.sae4j.store.TextRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;

class NetworkViewTest {
  private static final int CLASSES = 3;

  @TempDir Path directory;

  /**
   * A network, its view, the place that is looked at, and a batch.
   *
   * @param channelsLast whether it is a network of that order
   * @param output of the network itself
   */
  private record Case(
      NetworkView view,
      String place,
      DataSet batch,
      boolean channelsLast,
      Supplier<INDArray> output) {

    Case(NetworkView view, String place, DataSet batch, Supplier<INDArray> output) {
      this(view, place, batch, false, output);
    }
  }

  static Stream<Named<Case>> cases() {
    return Stream.of(
        Named.of("dense layers", dense()),
        Named.of("a graph with two branches", graph()),
        Named.of("a convolution before dense layers", convolution(CNN2DFormat.NCHW)),
        Named.of("channels last", convolution(CNN2DFormat.NHWC)),
        Named.of("a recurrent layer with masks", recurrent()));
  }

  private static INDArray labels(int rows) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, rows, CLASSES);
    for (int i = 0; i < rows; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return labels;
  }

  private static OutputLayer output(int nIn) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(nIn)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static MultiLayerNetwork denseNetwork() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).activation(Activation.TANH).build())
                .layer(new DenseLayer.Builder().nIn(5).nOut(6).name("second").build())
                .layer(output(6))
                .build());
    net.init();
    return net;
  }

  private static Case dense() {
    MultiLayerNetwork net = denseNetwork();
    DataSet batch = new DataSet(Nd4j.rand(DataType.FLOAT, 7, 4), labels(7));
    return new Case(NetworkView.of(net), "0", batch, () -> net.output(batch.getFeatures()));
  }

  private static Case graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .graphBuilder()
                .addInputs("in")
                .addLayer("left", new DenseLayer.Builder().nIn(4).nOut(5).build(), "in")
                .addLayer("right", new DenseLayer.Builder().nIn(4).nOut(2).build(), "in")
                .addLayer("out", output(7), "left", "right")
                .setOutputs("out")
                .build());
    graph.init();
    DataSet batch = new DataSet(Nd4j.rand(DataType.FLOAT, 7, 4), labels(7));
    return new Case(
        NetworkView.of(graph), "left", batch, () -> graph.outputSingle(batch.getFeatures()));
  }

  private static Case convolution(CNN2DFormat format) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nIn(1).nOut(4).name("maps").build())
                .layer(new DenseLayer.Builder().nOut(5).build())
                .layer(output(5))
                .setInputType(InputType.convolutional(6, 5, 1, format))
                .build());
    net.init();
    INDArray pictures = Nd4j.rand(DataType.FLOAT, 7, 1, 6, 5);
    DataSet batch =
        new DataSet(
            format == CNN2DFormat.NCHW ? pictures : pictures.reshape(7, 6, 5, 1), labels(7));
    return new Case(
        NetworkView.of(net),
        "maps",
        batch,
        format == CNN2DFormat.NHWC,
        () -> net.output(batch.getFeatures()));
  }

  private static MultiLayerNetwork recurrentNetwork(ILossFunction loss) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(new LSTM.Builder().nIn(4).nOut(5).name("hidden").build())
                .layer(
                    new RnnOutputLayer.Builder(loss)
                        .nIn(5)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static Case recurrent() {
    MultiLayerNetwork net = recurrentNetwork(new LossMCXENT());
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 2, CLASSES, 4);
    labels.get(NDArrayIndex.all(), NDArrayIndex.point(1), NDArrayIndex.all()).assign(1);
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 1, 1}, {1, 1, 0, 0}});
    DataSet batch = new DataSet(Nd4j.rand(DataType.FLOAT, 2, 4, 4), labels, mask, mask.dup());
    return new Case(
        NetworkView.of(net),
        "hidden",
        batch,
        () -> net.output(batch.getFeatures(), false, mask, mask));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void runsAsTheNetworkItselfDoes(Case each) {
    INDArray expected = each.output().get();
    List<String> seen = new ArrayList<>();
    INDArray found =
        each.view()
            .run(
                each.batch(),
                (place, activations) -> {
                  seen.add(place);
                  return activations;
                });
    assertEquals(each.view().places(), seen);
    assertArrayEquals(floats(expected), floats(found), 1e-6f);
    // and leaves it as it was
    assertArrayEquals(floats(expected), floats(each.output().get()), 1e-6f);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rowsPutBackAsTheyAreChangeNothingAndOthersDo(Case each) {
    INDArray mask = each.batch().getFeaturesMaskArray();
    float[] expected = floats(each.output().get());
    for (float factor : new float[] {1, 2}) {
      INDArray found =
          each.view()
              .run(
                  each.batch(),
                  (place, activations) -> {
                    if (!place.equals(each.place())) {
                      return activations;
                    }
                    ActivationRows rows =
                        new ActivationRows(activations, each.channelsLast(), mask);
                    float[] values = rows.values();
                    for (int i = 0; i < values.length; i++) {
                      values[i] *= factor;
                    }
                    return rows.with(values);
                  });
      boolean same = Arrays.equals(expected, floats(found));
      assertEquals(factor == 1, same, "times " + factor);
    }
  }

  private static float[] floats(INDArray array) {
    return array.dup('c').data().asFloat();
  }

  @Test
  void activationsAreRowsOfPositions() {
    INDArray maps = Nd4j.arange(2 * 3 * 2 * 2).castTo(DataType.FLOAT).reshape(2, 3, 2, 2);
    ActivationRows rows = new ActivationRows(maps, false, null);
    assertEquals(8, rows.count());
    assertArrayEquals(
        new float[] {1, 5, 9}, Arrays.copyOfRange(rows.values(), 3, 6)); // example 0, position 1
    assertEquals(1, rows.example(7, 2));
    assertEquals(3, rows.position(7, 2));
    INDArray series = Nd4j.arange(2 * 2 * 3).castTo(DataType.FLOAT).reshape(2, 2, 3);
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 0}, {1, 0, 0}});
    ActivationRows steps = new ActivationRows(series, false, mask);
    assertArrayEquals(new float[] {0, 3, 1, 4, 6, 9}, steps.values());
    INDArray changed = steps.with(new float[] {-1, -2, -3, -4, -5, -6});
    assertArrayEquals(new float[] {-1, -3, 2, -2, -4, 5, -5, 7, 8, -6, 10, 11}, floats(changed));
    assertThrows(
        IllegalArgumentException.class, () -> new ActivationRows(Nd4j.zeros(3), false, null));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void harvestsIntoADumpThatSaysWhereRowsComeFrom(Case each) throws Exception {
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

  /** Two sentences, a word a step; what the mask leaves out has no row. */
  @Test
  void textsOfOnesOwnSayWhichWordARowIsOf() throws Exception {
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
    Case each = recurrent();
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
  void severalPlacesInOnePassAndWhatCannotBe() throws Exception {
    Case dense = dense();
    ListDataSetIterator<DataSet> batches = new ListDataSetIterator<>(List.of(dense.batch()), 7);
    Path path = directory.resolve("several");
    new NetworkHarvester(dense.view(), List.of("0", "second")).run(batches, path);
    try (ActivationDump dump = ActivationDump.open(path);
        ActivationSource second = dump.source("second")) {
      assertEquals(7, second.rows());
      assertEquals(6, second.width());
    }
    assertMessage(
        "no place 'third'; it has: 0, second, 2",
        () -> new NetworkHarvester(dense.view(), List.of("third")));
    Case maps = convolution(CNN2DFormat.NCHW);
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

  @ParameterizedTest
  @MethodSource("cases")
  void spliceMeasuresAgainstMeanAndZero(Case each) {
    NetworkSplice splice = new NetworkSplice(each.view(), each.place());
    ListDataSetIterator<DataSet> batches =
        new ListDataSetIterator<>(List.of(each.batch(), each.batch()), 1);
    float[] mean = splice.mean(batches);
    List<NetworkSplice.Outcome> outcomes =
        splice.run(
            batches, mean, List.of(Intervention.mean(mean), Intervention.of("same", (r, n) -> {})));
    assertEquals(
        List.of("original", "mean", "zero", "mean", "same"),
        outcomes.stream().map(NetworkSplice.Outcome::name).toList());
    assertEquals(outcomes.get(0).loss(), outcomes.get(4).loss(), 1e-6);
    assertEquals(1, outcomes.get(4).recoveredOfMean(), 1e-3);
    assertEquals(0, outcomes.get(3).recoveredOfMean(), 1e-6);
    assertEquals(0, outcomes.get(2).recoveredOfZero(), 1e-6);
    INDArray output = each.output().get();
    INDArray mask = each.batch().getLabelsMaskArray();
    ActivationRows found = new ActivationRows(output, false, mask);
    ActivationRows labels = new ActivationRows(each.batch().getLabels(), false, mask);
    double loss = 0;
    for (int i = 0; i < found.values().length; i++) {
      loss -= labels.values()[i] * Math.log(found.values()[i]);
    }
    assertEquals(loss / found.count(), outcomes.get(0).loss(), 1e-5);
  }

  /** The same network with its classes by index; of the masked steps the labels mean nothing. */
  @Test
  void labelsThatAreIndicesMeanTheSameAsColumns() {
    MultiLayerNetwork columns = recurrentNetwork(new LossMCXENT());
    MultiLayerNetwork indices = recurrentNetwork(new LossSparseMCXENT());
    INDArray index = Nd4j.createFromArray(new float[] {2, 0, 1, 2, 0, 1, 2, 2}).reshape(2, 1, 4);
    INDArray oneHot = Nd4j.zeros(DataType.FLOAT, 2, CLASSES, 4);
    for (int i = 0; i < 8; i++) {
      oneHot.putScalar(new int[] {i / 4, index.getInt(i / 4, 0, i % 4), i % 4}, 1);
    }
    DataSet batch = recurrent().batch();
    INDArray mask = batch.getFeaturesMaskArray();
    INDArray x = batch.getFeatures();
    List<NetworkSplice.Outcome> expected =
        outcomes(columns, new DataSet(x, oneHot, mask, mask.dup()));
    DataSet byIndex = new DataSet(x, index, mask, mask.dup());
    List<NetworkSplice.Outcome> found = outcomes(indices, byIndex);
    assertEquals(expected, found);
    assertEquals(2 * indices.score(byIndex) / 6, found.get(0).loss(), 1e-6); // 6 steps of 2
    int right = 0;
    INDArray output = columns.output(x, false, mask, mask);
    for (int step : new int[] {0, 1, 2, 3, 4, 5}) {
      INDArray classes = output.get(NDArrayIndex.point(step / 4), NDArrayIndex.all());
      right += classes.argMax(0).getInt(step % 4) == index.getInt(step / 4, 0, step % 4) ? 1 : 0;
    }
    assertEquals(right / 6., found.get(0).accuracy(), 1e-9);
  }

  private static List<NetworkSplice.Outcome> outcomes(MultiLayerNetwork net, DataSet batch) {
    NetworkSplice splice = new NetworkSplice(NetworkView.of(net), "hidden");
    return splice.run(new ListDataSetIterator<>(List.of(batch), 1), new float[5], List.of());
  }

  @Test
  void anOutputOfZeroCostsWhatItCostsInDl4j() {
    MultiLayerNetwork net = denseNetwork();
    net.getLayer(2).getParam("W").muli(1e4);
    DataSet batch = dense().batch();
    NetworkSplice splice = new NetworkSplice(NetworkView.of(net), "second");
    double found =
        splice
            .run(new ListDataSetIterator<>(List.of(batch), 7), new float[6], List.of())
            .get(0)
            .loss();
    assertEquals(0, net.output(batch.getFeatures()).minNumber().floatValue());
    assertTrue(found > 1, "so that a wrong class costs a lot: " + found);
    assertEquals(net.score(batch), found, 1e-4);
  }

  @Test
  void denseAccuracyIsThatOfDl4j() {
    Case dense = dense();
    MultiLayerNetwork net = denseNetwork();
    ListDataSetIterator<DataSet> batches = new ListDataSetIterator<>(List.of(dense.batch()), 7);
    double expected = net.evaluate(batches).accuracy();
    NetworkSplice splice = new NetworkSplice(NetworkView.of(net), "second");
    assertEquals(expected, splice.run(batches, new float[6], List.of()).get(0).accuracy(), 1e-9);
  }
}
