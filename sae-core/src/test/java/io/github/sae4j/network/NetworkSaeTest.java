package io.github.sae4j.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.Provenance;
import io.github.sae4j.RowNorm;
import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.checkpoint.Folding;
import io.github.sae4j.checkpoint.SaeDirectory;
import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.layer.SaeLayer.Output;
import io.github.sae4j.nd4j.NdCodes;
import io.github.sae4j.variant.BatchTopK;
import io.github.sae4j.variant.JumpRelu;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.VariantExamples;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** A dictionary becomes a layer, and a layer a dictionary, without changing a bit. */
class NetworkSaeTest {
  private static final int N_IN = 8;
  private static final int N_LATENTS = 24;

  static Stream<Variant> variants() {
    return VariantExamples.all(N_IN, N_LATENTS);
  }

  private static SparseAutoencoder sae(Variant variant, ParameterLayout.Form form) {
    ParameterLayout layout =
        new ParameterLayout(
            N_IN, form.isTranscoder() ? 5 : N_IN, N_LATENTS, form, variant.extras());
    Nd4j.getRandom().setSeed(11);
    INDArray flat = Nd4j.randn(DataType.FLOAT, layout.count()).muli(.3);
    SaeParameters p = FlatParameters.of(layout, FlatParameters.cut(layout, flat));
    p.extras().values().forEach(extra -> extra.assign(Nd4j.rand(extra.dataType(), extra.shape())));
    return new SparseAutoencoder(p, variant);
  }

  private static MultiLayerNetwork network(SaeLayer.Builder layer, DataType type) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .dataType(type)
                .updater(new Adam(1e-2))
                .list()
                .layer(layer.build())
                .build());
    net.init();
    return net;
  }

  private static INDArray rows() {
    Nd4j.getRandom().setSeed(12);
    return Nd4j.randn(DataType.FLOAT, 9, N_IN);
  }

  @ParameterizedTest
  @MethodSource("variants")
  void layerAndDictionaryHaveEqualCodes(Variant variant) {
    INDArray x = rows();
    for (ParameterLayout.Form form : ParameterLayout.Form.values()) {
      if (form.isTranscoder() && !variant.sources().isEmpty()) {
        continue; // a crosscoder reconstructs what it reads
      }
      SparseAutoencoder sae = sae(variant, form);
      MultiLayerNetwork latents = network(SaeLayer.of(sae).output(Output.LATENTS), DataType.FLOAT);
      Bits.assertSame(NdCodes.matrix(sae.encode(x)), latents.output(x), form.toString());
      MultiLayerNetwork decoded = network(SaeLayer.of(sae), DataType.FLOAT);
      Bits.assertSame(sae.reconstruct(x), decoded.output(x), form.toString());
      SparseAutoencoder back = NetworkSae.of(decoded, 0);
      assertEquals(variant, back.variant());
      assertEquals(form, back.parameters().form());
      Bits.assertSame(NdCodes.matrix(sae.encode(x)), NdCodes.matrix(back.encode(x)));
    }
  }

  @ParameterizedTest
  @MethodSource("variants")
  void directoryRoundTripHasEqualCodes(Variant variant, @TempDir Path directory) throws Exception {
    SaeDirectory.write(
        directory.resolve("a"), sae(variant, ParameterLayout.Form.AUTOENCODER), Provenance.UNKNOWN);
    SparseAutoencoder read = SaeDirectory.read(directory.resolve("a")).sae();
    MultiLayerNetwork net = network(SaeLayer.of(read), DataType.FLOAT);
    INDArray x = rows();
    Bits.assertSame(read.reconstruct(x), net.output(x));
    NetworkSae.write(directory.resolve("b"), net, 0);
    SparseAutoencoder again = SaeDirectory.read(directory.resolve("b")).sae();
    Bits.assertSame(NdCodes.matrix(read.encode(x)), NdCodes.matrix(again.encode(x)));
  }

  /** BatchTopK is folded into JumpReLU and decoder rows into norm 1. */
  @Test
  void foldedDictionariesRoundTrip() {
    SparseAutoencoder wild = sae(new BatchTopK(3, 4, .5), ParameterLayout.Form.AUTOENCODER);
    SparseAutoencoder folded = Folding.decoderNorms(wild);
    INDArray x = rows();
    for (SparseAutoencoder sae : List.of(folded, Folding.inputScale(folded, .5, .5))) {
      MultiLayerNetwork net = network(SaeLayer.of(sae).output(Output.LATENTS), DataType.FLOAT);
      Bits.assertSame(NdCodes.matrix(sae.encode(x)), net.output(x));
    }
    assertTrue(SaeLayer.of(folded).build().isUnitNormDecoder());
    assertFalse(SaeLayer.of(wild).build().isUnitNormDecoder());
  }

  @Test
  void doublePrecisionKeepsTheWeights() {
    SparseAutoencoder sae = sae(new JumpRelu(.1), ParameterLayout.Form.AUTOENCODER);
    SaeParameters p = NetworkSae.of(network(SaeLayer.of(sae), DataType.DOUBLE), 0).parameters();
    Bits.assertSame(sae.parameters().wEnc(), p.wEnc().castTo(DataType.FLOAT));
    Bits.assertSame(sae.parameters().wDec(), p.wDec().castTo(DataType.FLOAT));
  }

  @Test
  void graphVertexIsFoundByNameEvenIfFrozen() {
    SparseAutoencoder sae = sae(new TopK(3, 0, 0), ParameterLayout.Form.TIED);
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("sae", SaeLayer.of(sae).build(), "in")
                .setOutputs("sae")
                .build());
    graph.init();
    INDArray x = rows();
    Bits.assertSame(
        NdCodes.matrix(sae.encode(x)), NdCodes.matrix(NetworkSae.of(graph, "sae").encode(x)));
    MultiLayerNetwork frozen =
        new TransferLearning.Builder(network(SaeLayer.of(sae), DataType.FLOAT))
            .setFeatureExtractor(0)
            .build();
    Bits.assertSame(
        NdCodes.matrix(sae.encode(x)), NdCodes.matrix(NetworkSae.of(frozen, 0).encode(x)));
    // training changes the network's copy, not the dictionary
    MultiLayerNetwork net = network(SaeLayer.of(sae), DataType.FLOAT);
    INDArray before = sae.parameters().wDec().dup();
    net.pretrainLayer(0, x);
    Bits.assertSame(before, sae.parameters().wDec());
    assertNotEquals(before, NetworkSae.of(net, 0).parameters().wDec());
  }

  @Test
  void unsupportedDictionariesThrow() {
    SparseAutoencoder sae = sae(new TopK(3, 0, 0), ParameterLayout.Form.AUTOENCODER);
    SparseAutoencoder normed =
        new SparseAutoencoder(sae.parameters(), sae.variant(), RowNorm.LAYER_NORM);
    assertRefused("does not normalise its input rows", () -> SaeLayer.of(normed));
    assertRefused("the initial weights are those of", () -> SaeLayer.of(sae).nLatents(30).build());
    assertRefused("the initial weights are those of", () -> SaeLayer.of(sae).tied(true).build());
    assertRefused(
        "not an SaeLayer: DenseLayer", () -> NetworkSae.of(NetworkCases.denseNetwork(), 0));
  }

  private static void assertRefused(String part, Executable what) {
    String message = assertThrows(IllegalArgumentException.class, what).getMessage();
    assertTrue(message.contains(part), message);
  }
}
