package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;
import static org.nd4j.linalg.indexing.NDArrayIndex.point;

import io.github.sae4j.Bits;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.memory.MemoryType;
import org.deeplearning4j.nn.conf.memory.MemoryUseMode;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** An SAE on time series and feature maps. */
class SaeLayerPositionsTest {
  private static final int N_IN = 4;
  private static final InputType SERIES = InputType.recurrent(N_IN, 5, RNNFormat.NCW);

  private static SaeLayer.Builder sae(Variant variant) {
    return new SaeLayer.Builder().nLatents(12).variant(variant).name("sae");
  }

  private static NeuralNetConfiguration.Builder settings() {
    return new NeuralNetConfiguration.Builder().seed(3).updater(new Sgd(.1));
  }

  private static MultiLayerNetwork alone(SaeLayer layer, InputType type) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(settings().list().layer(layer).setInputType(type).build());
    net.init();
    return net;
  }

  private static MultiLayerNetwork classifier(SaeLayer layer) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(layer)
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(SERIES)
                .build());
    net.init();
    return net;
  }

  private static INDArray random(long... shape) {
    Nd4j.getRandom().setSeed(8);
    return Nd4j.rand(DataType.FLOAT, shape);
  }

  private static SparseAutoencoder of(MultiLayerNetwork net) {
    return ((SaeLayerRuntime) net.getLayer(0)).toSparseAutoencoder();
  }

  @Test
  void eachStepIsReconstructedSeparately() {
    MultiLayerNetwork net = alone(sae(new TopK(3, 0, 0)).build(), SERIES);
    INDArray x = random(2, N_IN, 5);
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 1, 0, 0}, {1, 0, 0, 0, 0}});
    INDArray found = net.output(x, false, mask, null);
    INDArray steps = x.permute(0, 2, 1).dup('c').reshape(10, N_IN);
    INDArray expected = of(net).reconstruct(steps).reshape('c', 2, 5, N_IN).permute(0, 2, 1);
    expected.muli(mask.reshape(2, 1, 5).broadcast(2, N_IN, 5));
    assertArrayEquals(expected.dup('c').data().asFloat(), found.dup('c').data().asFloat(), 1e-6f);
    assertEquals(0, found.getDouble(0, 2, 4));
    assertNotEquals(0, found.getDouble(0, 2, 2));
  }

  @Test
  void mapsOfEitherOrderHaveTheSameLatents() {
    SaeLayer.Builder layer = sae(new TopK(3, 0, 0)).output(SaeLayer.Output.LATENTS);
    MultiLayerNetwork second = alone(layer.build(), InputType.convolutional(6, 5, N_IN));
    MultiLayerNetwork last =
        alone(layer.build(), InputType.convolutional(6, 5, N_IN, CNN2DFormat.NHWC));
    last.setParams(second.params());
    INDArray x = random(3, N_IN, 6, 5);
    INDArray found = second.output(x);
    assertArrayEquals(new long[] {3, 12, 6, 5}, found.shape());
    Bits.assertSame(found.permute(0, 2, 3, 1), last.output(x.permute(0, 2, 3, 1)));
    INDArray one = x.permute(0, 2, 3, 1).dup('c').reshape(90, N_IN).getRows(37);
    INDArray codes = NdCodes.matrix(of(second).encode(one));
    for (int latent = 0; latent < 12; latent++) {
      assertEquals(codes.getDouble(0, latent), found.getDouble(1, latent, 1, 2), 1e-6);
    }
  }

  /** DL4J divides by the number of examples, each of which has five steps. */
  @Test
  void pretrainingOnSeriesIsPretrainingOnTheirSteps() {
    for (Variant variant :
        new Variant[] {new TopK(3, 0, 0), new ReluL1(.05, ReluL1.Weighting.PLAIN)}) {
      MultiLayerNetwork series = alone(sae(variant).build(), SERIES);
      MultiLayerNetwork rows = alone(sae(variant).build(), InputType.feedForward(N_IN));
      rows.setParams(series.params());
      INDArray x = random(6, N_IN, 5);
      INDArray steps = x.permute(0, 2, 1).dup('c').reshape(30, N_IN);
      for (int step = 0; step < 5; step++) {
        series.pretrainLayer(0, x);
        rows.pretrainLayer(0, steps);
        assertEquals(rows.getLayer(0).score(), series.getLayer(0).score(), 1e-6);
      }
      assertArrayEquals(rows.params().toFloatVector(), series.params().toFloatVector(), 1e-6f);
    }
  }

  /** The largest values of a batch are selected among unmasked steps only. */
  @Test
  void maskedStepsAreIgnored() {
    MultiLayerNetwork padded = classifier(sae(new BatchTopK(2, 0, 0)).build());
    MultiLayerNetwork whole = padded.clone();
    INDArray x = random(3, N_IN, 5);
    INDArray y = Nd4j.ones(DataType.FLOAT, 3, 2, 5);
    INDArray longer = Nd4j.concat(2, x, Nd4j.ones(3, N_IN, 4).muli(1000));
    INDArray mask = Nd4j.concat(1, Nd4j.ones(3, 5), Nd4j.zeros(3, 4));
    DataSet masked = new DataSet(longer, Nd4j.concat(2, y, Nd4j.ones(3, 2, 4)), mask, mask);
    assertEquals(whole.score(new DataSet(x, y)), padded.score(masked), 1e-5);
    whole.fit(new DataSet(x, y));
    padded.fit(masked);
    assertArrayEquals(whole.params().toFloatVector(), padded.params().toFloatVector(), 1e-6f);
  }

  @Test
  void aFrozenSaeStaysAndCostsNothing() {
    MultiLayerNetwork net = classifier(sae(new ReluL1(.5, ReluL1.Weighting.PLAIN)).build());
    MultiLayerNetwork frozen = new TransferLearning.Builder(net).setFeatureExtractor(0).build();
    INDArray x = random(3, N_IN, 5);
    DataSet data = new DataSet(x, Nd4j.ones(DataType.FLOAT, 3, 2, 5));
    assertTrue(net.score(data) > frozen.score(data) + .1, "the penalty of what is not trained");
    INDArray before = frozen.getLayer(0).params().dup();
    INDArray output = frozen.getLayer(1).params().dup();
    frozen.fit(data);
    Bits.assertSame(before, frozen.getLayer(0).params());
    assertNotEquals(output, frozen.getLayer(1).params());
  }

  @Test
  void typesAndMemoryFollowFromTheInput() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(N_IN).build())
                .layer(sae(new TopK(3, 0, 0)).output(SaeLayer.Output.LATENTS).build())
                .layer(new OutputLayer.Builder(LossFunction.MSE).nOut(2).build())
                .setInputType(InputType.convolutional(8, 7, 1))
                .build());
    net.init();
    assertNull(net.getLayerWiseConfigurations().getInputPreProcess(1));
    assertEquals(12 * 6 * 5 * 2 + 2, net.getLayer(2).numParams());
    assertEquals(4 * 12 + 12 + 12 * 4 + 4, net.getLayer(1).numParams());
    assertTrue(net.summary().contains("sae (SaeLayerRuntime)"), net.summary());
    String report =
        net.getLayerWiseConfigurations()
            .getMemoryReport(InputType.convolutional(8, 7, 1))
            .toString();
    assertTrue(report.contains("SaeLayer"), report);
  }

  @Test
  void memoryIsThatOfARowTimesThePositions() {
    SaeLayer layer = sae(new TopK(3, 0, 0)).nIn(N_IN).updater(new Sgd(.1)).build();
    InputType maps = InputType.convolutional(6, 5, N_IN);
    assertEquals(maps, layer.getOutputType(1, maps));
    long perRow = working(layer, InputType.feedForward(N_IN));
    assertTrue(perRow > 0);
    assertEquals(perRow, working(layer, InputType.recurrent(N_IN)), "of unknown length");
    assertEquals(5 * perRow, working(layer, SERIES));
    assertEquals(30 * perRow, working(layer, maps));
  }

  private static long working(SaeLayer layer, InputType type) {
    return layer
        .getMemoryReport(type)
        .getMemoryBytes(
            MemoryType.WORKING_MEMORY_VARIABLE,
            1,
            MemoryUseMode.TRAINING,
            CacheMode.NONE,
            DataType.FLOAT);
  }

  private static MultiLayerNetwork recurrent(BackpropType backprop) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(new LSTM.Builder().nOut(N_IN).build())
                .layer(sae(new TopK(3, 0, 0)).output(SaeLayer.Output.LATENTS).build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nOut(2)
                        .activation(Activation.IDENTITY)
                        .build())
                .backpropType(backprop)
                .tBPTTLength(3)
                .setInputType(InputType.recurrent(N_IN))
                .build());
    net.init();
    return net;
  }

  @Test
  void stepByStepEqualsAllStepsAtOnce() {
    MultiLayerNetwork net = recurrent(BackpropType.Standard);
    INDArray x = random(2, N_IN, 5);
    INDArray whole = net.output(x);
    for (int step = 0; step < 5; step++) {
      INDArray found = net.rnnTimeStep(x.get(all(), all(), point(step)).dup());
      INDArray expected = whole.get(all(), all(), point(step));
      assertArrayEquals(
          expected.ravel().toFloatVector(), found.ravel().toFloatVector(), 1e-6f, "step " + step);
    }
  }

  @Test
  void learnsBehindTruncatedBackpropagation() {
    MultiLayerNetwork net = recurrent(BackpropType.TruncatedBPTT);
    INDArray x = random(4, N_IN, 7); // parts of 3, 3 and 1 steps
    DataSet data = new DataSet(x, x.get(all(), interval(0, 2), all()).dup());
    double before = net.score(data);
    for (int i = 0; i < 100; i++) {
      net.fit(data);
    }
    assertTrue(net.score(data) < before / 2, before + " -> " + net.score(data));
  }

  @Test
  void aPreprocessorMakesAnImageOneRow() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            settings()
                .list()
                .layer(sae(new TopK(3, 0, 0)).build())
                .inputPreProcessor(0, new CnnToFeedForwardPreProcessor(3, 2, N_IN))
                .setInputType(InputType.convolutional(3, 2, N_IN))
                .build());
    net.init();
    assertArrayEquals(new long[] {7, 24}, net.output(random(7, N_IN, 3, 2)).shape());
  }

  @Test
  void dropOutReachesTheEncoder() {
    MultiLayerNetwork net = alone(sae(new TopK(3, 0, 0)).dropOut(.5).build(), SERIES);
    INDArray x = random(2, N_IN, 5);
    Bits.assertSame(net.output(x), net.output(x));
    assertFalse(net.output(x, true).equals(net.output(x)), "half of the input is dropped");
  }

  @Test
  void pretrainingWithDropOutReconstructsTheCleanInput() {
    MultiLayerNetwork net =
        alone(sae(new TopK(3, 0, 0)).dropOut(.5).build(), InputType.feedForward(N_IN));
    net.params().assign(0); // reconstructs zeros for any input
    net.pretrainLayer(0, Nd4j.ones(DataType.FLOAT, 100, N_IN));
    assertEquals(N_IN, net.getLayer(0).score(), 1e-5);
  }

  @Test
  void otherShapesAreRejected() {
    MultiLayerNetwork net = alone(sae(new TopK(3, 0, 0)).build(), SERIES);
    Exception wide = assertThrows(Exception.class, () -> net.output(random(2, 5, 4)));
    assertTrue(
        wide.getMessage()
            .contains("expects [batch, 4], with any steps or positions after the width, got [2, 5"),
        wide.getMessage());
    Exception deep = assertThrows(Exception.class, () -> net.output(random(2, 4, 1, 1, 1)));
    assertTrue(deep.getMessage().contains("got [2, 4, 1, 1, 1]"), deep.getMessage());
  }
}
