package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.Gated;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantExamples;
import java.io.File;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class SaeLayerTest {

  static Stream<Variant> variants() {
    return Stream.of(
        new TopK(3, 4, 1.0 / 32),
        new ReluL1(.01, ReluL1.Weighting.PLAIN),
        new ReluL1(.01, ReluL1.Weighting.DECODER_NORM),
        new SigmoidKl(.05, .1));
  }

  private static SaeLayer.Builder sae(Variant variant) {
    return new SaeLayer.Builder().nIn(8).nLatents(24).variant(variant);
  }

  private static MultiLayerNetwork network(SaeLayer layer) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(3e-3))
                .list()
                .layer(layer)
                .build());
    net.init();
    return net;
  }

  private static INDArray batch(long seed, int rows) {
    Nd4j.getRandom().setSeed(seed);
    return Nd4j.rand(DataType.FLOAT, rows, 8);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void pretrainingLowersTheLoss(Variant variant) {
    MultiLayerNetwork net = network(sae(variant).build());
    SaeLayerRuntime layer = (SaeLayerRuntime) net.getLayer(0);
    INDArray x = batch(1, 64);
    net.pretrainLayer(0, x);
    double first = layer.lastLoss().orElseThrow().total();
    for (int step = 0; step < 300; step++) {
      net.pretrainLayer(0, x);
    }
    assertTrue(
        layer.lastLoss().orElseThrow().total() < .5 * first,
        first + " -> " + layer.lastLoss().orElseThrow().total());
    assertEquals(layer.lastLoss().orElseThrow().total(), layer.score(), 1e-9);
  }

  static Stream<Variant> everyVariant() {
    return VariantExamples.all(8, 24);
  }

  /** W_dec is row-major, which DL4J's own setParams does not support. */
  @ParameterizedTest
  @MethodSource("everyVariant")
  void parametersAndTransferLearningKeepEveryBit(Variant variant) {
    MultiLayerNetwork net = network(sae(variant).name("sae").build());
    net.pretrainLayer(0, batch(2, 16));
    INDArray x = batch(3, 5);
    INDArray expected = net.output(x);
    net.getLayer(0).setParams(net.getLayer(0).params().dup());
    Bits.assertSame(expected, net.output(x));
    MultiLayerNetwork transferred =
        new TransferLearning.Builder(net)
            .fineTuneConfiguration(new FineTuneConfiguration.Builder().seed(5).build())
            .setFeatureExtractor(0)
            .build();
    Bits.assertSame(net.params(), transferred.params());
    Bits.assertSame(expected, transferred.output(x));
    Bits.assertSame(expected, net.clone().output(x));
    MultiLayerConfiguration yaml =
        MultiLayerConfiguration.fromYaml(net.getLayerWiseConfigurations().toYaml());
    assertEquals(net.getLayerWiseConfigurations(), yaml);
  }

  @ParameterizedTest
  @MethodSource("everyVariant")
  void jsonAndModelFilesRoundTrip(Variant variant, @TempDir Path dir) throws Exception {
    SaeLayer layer = sae(variant).unitNormDecoder(false).deadAfterTokens(77).name("sae").build();
    MultiLayerNetwork net = network(layer);
    String json = net.getLayerWiseConfigurations().toJson();
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(json);
    assertEquals(net.getLayerWiseConfigurations(), read);
    assertEquals(layer.getVariant(), ((SaeLayer) read.getConf(0).getLayer()).getVariant());
    assertEquals(77, ((SaeLayer) read.getConf(0).getLayer()).getDeadAfterTokens());

    net.pretrainLayer(0, batch(2, 16));
    File file = dir.resolve("net.zip").toFile();
    ModelSerializer.writeModel(net, file, true);
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(file);
    Bits.assertSame(net.params(), restored.params());
    INDArray x = batch(3, 5);
    Bits.assertSame(net.output(x), restored.output(x));
  }

  @Test
  void formsRoundTripWithTheirWidths() {
    SaeLayer tied = sae(new TopK(3, 0, 0)).tied(true).build();
    assertEquals(ParameterLayout.Form.TIED, readBack(tied).getForm());
    assertEquals(0, readBack(tied).getTargetWidth());
    assertEquals(8, tied.getNOut());
    SaeLayer transcoder = sae(new Gated(.1)).transcoder(5, false).build();
    assertEquals(ParameterLayout.Form.TRANSCODER, readBack(transcoder).getForm());
    assertEquals(5, readBack(transcoder).getTargetWidth());
    assertEquals(5, transcoder.getNOut());
    SaeLayer skip = sae(new TopK(3, 0, 0)).transcoder(5, true).build();
    assertEquals(ParameterLayout.Form.SKIP_TRANSCODER, readBack(skip).getForm());
    assertEquals(8 * 24 + 24 + 24 * 5 + 5 + 8 * 5, network(skip).numParams());
    SaeLayer latents =
        sae(new TopK(3, 0, 0)).transcoder(5, true).output(SaeLayer.Output.LATENTS).build();
    assertEquals(24, latents.getNOut());
    assertNotEquals(transcoder, skip);
    assertNotEquals(sae(new TopK(3, 0, 0)).build(), tied);
  }

  private static SaeLayer readBack(SaeLayer layer) {
    MultiLayerNetwork net = network(layer);
    String json = net.getLayerWiseConfigurations().toJson();
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(json);
    assertEquals(net.getLayerWiseConfigurations(), read);
    return (SaeLayer) read.getConf(0).getLayer();
  }

  @Test
  void settingsMayChangeInTrainingButNotTheParameters() {
    SaeLayerRuntime layer = (SaeLayerRuntime) network(sae(new JumpRelu(.1)).build()).getLayer(0);
    layer.setVariant(new JumpRelu(.3));
    assertEquals(new JumpRelu(.3), layer.variant());
    String message =
        assertThrows(IllegalArgumentException.class, () -> layer.setVariant(new Gated(.1)))
            .getMessage();
    assertEquals("a layer with variant jumprelu lacks the parameters of gated", message);
    assertThrows(IllegalArgumentException.class, () -> layer.setVariant(new BatchTopK(3, 0, 0)));
    assertThrows(IllegalArgumentException.class, () -> layer.setVariant(new TopK(3, 0, 0)));
    assertEquals(new JumpRelu(.3), layer.variant());
  }

  @Test
  void aTranscoderLearnsItsTarget() {
    MultiLayerNetwork net = network(sae(new TopK(6, 0, 0)).transcoder(3, true).build());
    SaeLayerRuntime layer = (SaeLayerRuntime) net.getLayer(0);
    INDArray x = batch(1, 64);
    INDArray y = x.mmul(Nd4j.randn(DataType.FLOAT, 8, 3));
    layer.setTarget(y);
    net.pretrainLayer(0, x);
    double first = layer.lastLoss().orElseThrow().total();
    for (int step = 0; step < 300; step++) {
      layer.setTarget(y);
      net.pretrainLayer(0, x);
    }
    assertTrue(
        layer.lastLoss().orElseThrow().total() < .2 * first,
        first + " -> " + layer.lastLoss().orElseThrow().total());
  }

  @Test
  void aTranscoderWithoutTargetIsRejected() {
    MultiLayerNetwork net = network(sae(new TopK(3, 0, 0)).transcoder(5, false).build());
    SaeLayerRuntime layer = (SaeLayerRuntime) net.getLayer(0);
    INDArray x = batch(1, 4);
    assertRefused("expected 4 rows, got no target", () -> net.pretrainLayer(0, x));
    layer.setTarget(Nd4j.ones(3, 5));
    assertRefused("expected 4 rows, got 3 rows", () -> net.pretrainLayer(0, x));
    assertRefused("[batch, 5], got [4, 8]", () -> layer.setTarget(x));
    layer.setTarget(Nd4j.ones(4, 5));
    net.pretrainLayer(0, x);
    assertRefused("got no target", () -> net.pretrainLayer(0, x)); // one target, one step
    SaeLayerRuntime plain = (SaeLayerRuntime) network(sae(new TopK(3, 0, 0)).build()).getLayer(0);
    assertRefused("an autoencoder's target is its input", () -> plain.setTarget(x));
    assertRefused("at least 1, got 0", () -> sae(new TopK(3, 0, 0)).transcoder(0, false));
  }

  private static void assertRefused(String part, Executable what) {
    String message = assertThrows(RuntimeException.class, what).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void decoderRowsStayAtNormOneOnlyIfConfigured() {
    MultiLayerNetwork kept = network(sae(new TopK(3, 0, 0)).build());
    MultiLayerNetwork free = network(sae(new TopK(3, 0, 0)).unitNormDecoder(false).build());
    for (int step = 0; step < 20; step++) {
      kept.pretrainLayer(0, batch(step, 32));
      free.pretrainLayer(0, batch(step, 32));
    }
    INDArray norms = parameters(kept).wDec().norm2(1);
    assertEquals(1, norms.maxNumber().doubleValue(), 1e-5);
    assertEquals(1, norms.minNumber().doubleValue(), 1e-5);
    assertTrue(parameters(free).wDec().norm2(1).sub(1).amaxNumber().doubleValue() > 1e-3);
  }

  @Test
  void startsWithUnitDecoderAndItsTransposeAsEncoder() {
    SaeParameters p = parameters(network(sae(new TopK(3, 0, 0)).build()));
    Bits.assertSame(p.wEnc(), p.wDec().transpose());
    assertEquals(1, p.wDec().getRow(5).norm2Number().doubleValue(), 1e-6);
    assertEquals(0, p.bEnc().amaxNumber().doubleValue());
  }

  @Test
  void outputsReconstructionOrLatents() {
    INDArray x = batch(4, 6);
    MultiLayerNetwork net = network(sae(new TopK(3, 0, 0)).build());
    SaeLayerRuntime layer = (SaeLayerRuntime) net.getLayer(0);
    INDArray expected = layer.toSparseAutoencoder().reconstruct(x);
    Bits.assertSame(expected, net.output(x));

    MultiLayerNetwork latents =
        network(sae(new TopK(3, 0, 0)).output(SaeLayer.Output.LATENTS).build());
    latents.setParams(net.params());
    INDArray codes = latents.output(x);
    Bits.assertSame(NdCodes.matrix(layer.toSparseAutoencoder().encode(x)), codes);
    assertEquals(24, codes.size(1));
  }

  @Test
  void trainsInsideANetworkAndTakesItsWidthFromIt() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(1e-2))
                .list()
                .layer(new DenseLayer.Builder().nOut(10).activation(Activation.TANH).build())
                .layer(new SaeLayer.Builder().nLatents(20).variant(new TopK(4, 0, 0)).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.feedForward(8))
                .build());
    net.init();
    INDArray x = batch(9, 64);
    INDArray labels = Nd4j.zeros(64, 2);
    for (int i = 0; i < 64; i++) {
      labels.putScalar(i, x.getDouble(i, 0) > .5 ? 1 : 0, 1);
    }
    for (int epoch = 0; epoch < 200; epoch++) {
      net.fit(x, labels);
    }
    assertTrue(net.score() < .1, "score " + net.score());
    assertEquals(10, ((SaeLayer) net.getLayerWiseConfigurations().getConf(1).getLayer()).getNOut());
  }

  @Test
  void deadLatentsAreCountedAndRevivedByAuxK() {
    Variant variant = new TopK(1, 4, 1.0 / 32);
    MultiLayerNetwork net = network(sae(variant).deadAfterTokens(64).build());
    SaeLayerRuntime layer = (SaeLayerRuntime) net.getLayer(0);
    // a bias so low that half of the latents cannot fire
    for (int l = 0; l < 12; l++) {
      layer.parameters().bEnc().putScalar(l, -1);
    }
    net.pretrainLayer(0, batch(1, 64));
    net.pretrainLayer(0, batch(2, 64));
    double before = layer.deadLatents().fraction();
    assertTrue(before >= .5, "dead share " + before);
    for (int step = 0; step < 1500; step++) {
      net.pretrainLayer(0, batch(step, 64));
    }
    assertTrue(layer.deadLatents().fraction() < before, "after " + layer.deadLatents().fraction());
  }

  /** Widths as set by TransferLearning. */
  @Test
  void widthsFollowOrAreRejected() {
    SaeLayer latents = sae(new TopK(3, 0, 0)).output(SaeLayer.Output.LATENTS).build();
    latents.setNOut(30);
    assertEquals(30, latents.getNLatents());
    SaeLayer reconstruction = sae(new TopK(3, 0, 0)).build();
    reconstruction.setNIn(9);
    assertEquals(9, reconstruction.getNOut());
    reconstruction.setNOut(7);
    assertRefused(
        "nOut must be 9, the width of the reconstruction, got 7", () -> network(reconstruction));
    assertRefused(
        "nOut must be 8 for output RECONSTRUCTION, got 7",
        () -> sae(new TopK(3, 0, 0)).nOut(7).build());
    SaeLayer noise = sae(new TopK(3, 0, 0)).weightNoise(new DropConnect(.5)).build();
    assertRefused("an SaeLayer does not support weight noise", () -> network(noise));
    assertRefused(
        "parameters must be FLOAT or DOUBLE, got " + DataType.FLOAT16,
        () ->
            new MultiLayerNetwork(
                    new NeuralNetConfiguration.Builder()
                        .dataType(DataType.FLOAT16)
                        .list()
                        .layer(sae(new TopK(3, 0, 0)).build())
                        .build())
                .init());
  }

  @Test
  void invalidSettingsAreRejected() {
    IllegalArgumentException k =
        assertThrows(IllegalArgumentException.class, () -> sae(new TopK(25, 0, 0)).build());
    assertTrue(k.getMessage().contains("k must be at most the number of latents, 24, got 25"));
    assertThrows(
        IllegalArgumentException.class, () -> new SaeLayer.Builder().nIn(3).build().toString());
    MultiLayerNetwork net = network(sae(new TopK(2, 0, 0)).build());
    Exception width = assertThrows(Exception.class, () -> net.pretrainLayer(0, Nd4j.ones(4, 9)));
    assertTrue(width.getMessage().contains("[batch, 8]"), width.getMessage());
  }

  private static SaeParameters parameters(MultiLayerNetwork net) {
    return ((SaeLayerRuntime) net.getLayer(0)).parameters();
  }
}
