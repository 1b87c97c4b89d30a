package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.TopK;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

/** Defaults of a layer, whenever its widths become known. */
class SaeLayerDefaultsTest {
  private static final TopK OF_100 = TopK.withAuxK(32, 100);

  private static SaeLayer.Builder sae(int nLatents) {
    return new SaeLayer.Builder().nLatents(nLatents);
  }

  private static MultiLayerConfiguration network(SaeLayer layer, InputType typeOrNull) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().updater(new Sgd(.1)).list().layer(layer);
    return (typeOrNull == null ? list : list.setInputType(typeOrNull)).build();
  }

  private static SaeLayer inNetwork(SaeLayer layer, InputType type) {
    return (SaeLayer) network(layer, type).getConf(0).getLayer();
  }

  private static SaeLayer inGraph(SaeLayer layer, InputType type) {
    ComputationGraphConfiguration graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("sae", layer, "in")
            .setOutputs("sae")
            .setInputTypes(type)
            .build();
    return (SaeLayer) ((LayerVertex) graph.getVertices().get("sae")).getLayerConf().getLayer();
  }

  @Test
  void theDefaultVariantIsThatOfTheWidth() {
    assertEquals(OF_100, sae(256).nIn(100).build().getVariant());
    for (InputType type :
        new InputType[] {
          InputType.feedForward(100), InputType.recurrent(100), InputType.convolutional(3, 2, 100)
        }) {
      assertEquals(OF_100, inNetwork(sae(256).build(), type).getVariant());
      assertEquals(OF_100, inGraph(sae(256).build(), type).getVariant());
    }
    SaeLayer later = sae(256).build();
    later.setNIn(100);
    assertEquals(OF_100, later.getVariant());
    assertEquals(TopK.withAuxK(8, 100), sae(8).nIn(100).build().getVariant());
    SaeLayer latents =
        new SaeLayer.Builder().nIn(100).nOut(8).output(SaeLayer.Output.LATENTS).build();
    assertEquals(TopK.withAuxK(8, 100), latents.getVariant());
    latents.setNOut(256);
    assertEquals(OF_100, latents.getVariant());
  }

  @Test
  void aStatedVariantStays() {
    for (TopK stated : new TopK[] {new TopK(4, 1, .5), TopK.withAuxK(32, 1)}) {
      assertEquals(
          stated,
          inNetwork(sae(64).variant(stated).build(), InputType.feedForward(100)).getVariant());
      assertEquals(
          stated,
          inGraph(sae(64).variant(stated).build(), InputType.feedForward(100)).getVariant());
    }
  }

  @Test
  void jsonKeepsWhichOfTheTwoItWas() {
    for (SaeLayer layer : new SaeLayer[] {sae(64).build(), sae(64).variant(OF_100).build()}) {
      MultiLayerConfiguration conf = network(layer, InputType.feedForward(100));
      MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(conf.toJson());
      assertEquals(conf, read);
      assertEquals(conf, MultiLayerConfiguration.fromYaml(conf.toYaml()));
      SaeLayer copy = (SaeLayer) read.getConf(0).getLayer();
      assertEquals(OF_100, copy.getVariant());
      copy.setNIn(20);
      assertEquals(
          layer.getVariant() == OF_100 ? OF_100 : TopK.withAuxK(32, 20), copy.getVariant());
    }
  }

  /** nOutReplace changes the width of the following layer. */
  @Test
  void transferLearningMovesTheDefault() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(10).build())
                .layer(sae(64).nIn(10).build())
                .build());
    net.init();
    MultiLayerNetwork wider =
        new TransferLearning.Builder(net).nOutReplace(0, 100, WeightInit.XAVIER).build();
    assertEquals(OF_100, ((SaeLayer) wider.getLayer(1).conf().getLayer()).getVariant());
  }

  @Test
  void reconstructionCountsIfItIsTheOutput() {
    assertEquals(1, sae(64).build().getReconstructionWeight());
    assertEquals(0, sae(64).output(SaeLayer.Output.LATENTS).build().getReconstructionWeight());
    assertEquals(0, sae(64).nIn(3).transcoder(5, true).build().getReconstructionWeight());
    SaeLayer stated = sae(64).nIn(100).reconstructionWeight(.25).build();
    MultiLayerConfiguration conf = network(stated, null);
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(conf.toJson());
    assertEquals(conf, read);
    assertEquals(.25, ((SaeLayer) read.getConf(0).getLayer()).getReconstructionWeight());
    // absent in files of older versions, as it was in their loss
    String older = conf.toJson().replaceAll("\"reconstructionWeight\" : 0.25,?", "");
    MultiLayerConfiguration old =
        MultiLayerConfiguration.fromJson(older.replaceAll(",(\\s*})", "$1"));
    assertEquals(0, ((SaeLayer) old.getConf(0).getLayer()).getReconstructionWeight());
    assertRefused("reconstructionWeight must be a finite number", b -> b.reconstructionWeight(-1));
    assertRefused(
        "a transcoder's reconstructionWeight must be 0",
        b -> b.nIn(3).transcoder(5, false).reconstructionWeight(1));
  }

  @Test
  void messagesNameTheLayer() {
    assertRefused("SaeLayer 'mine': nLatents must be set", b -> b.name("mine").nIn(5).nLatents(0));
    assertRefused("SaeLayer: nLatents must be set", b -> b.nIn(5).nLatents(0));
    assertRefused(
        "SaeLayer 'mine': --k must be at most the number of latents, 64, got 65",
        b -> b.name("mine").nIn(5).variant(new TopK(65, 0, 0)));
    assertEquals(
        new ReluL1(.1, ReluL1.Weighting.PLAIN),
        sae(4).variant(new ReluL1(.1, ReluL1.Weighting.PLAIN)).build().getVariant());
  }

  private static void assertRefused(String part, Consumer<SaeLayer.Builder> settings) {
    SaeLayer.Builder builder = sae(64);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> {
                  settings.accept(builder);
                  builder.build();
                })
            .getMessage();
    assertTrue(message.contains(part), message);
  }
}
