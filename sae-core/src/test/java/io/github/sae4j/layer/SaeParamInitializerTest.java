package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.ReluL1;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;

class SaeParamInitializerTest {
  private static final List<String> KEYS =
      List.of(
          ParameterLayout.W_ENC,
          ParameterLayout.B_ENC,
          ParameterLayout.W_DEC,
          ParameterLayout.B_DEC);

  /** DL4J's optimisers look up every key of a configuration among the gradients. */
  @Test
  void keysOfOlderFilesAreForgotten() {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration());
    net.init();
    String json = net.getLayerWiseConfigurations().toJson();
    assertTrue(json.contains("\"encW\", \"encb\", \"decW\", \"decb\""), json);
    String older = json.replace("encW", "Wenc").replace("decW", "Wdec");
    MultiLayerNetwork read = new MultiLayerNetwork(MultiLayerConfiguration.fromJson(older));
    read.init();
    assertEquals(KEYS, read.getLayer(0).conf().variables());
    assertEquals(KEYS, List.copyOf(read.getLayer(0).paramTable().keySet()));
  }

  /** DL4J's training UI treats keys that end in w as weights. */
  @Test
  void keysOfMatricesEndInW() {
    SaeLayer skipping =
        new SaeLayer.Builder()
            .nIn(5)
            .nLatents(8)
            .variant(new ReluL1(1e-3, ReluL1.Weighting.PLAIN))
            .transcoder(3, true)
            .build();
    List<String> matrices = SaeParamInitializer.INSTANCE.weightKeys(skipping);
    assertEquals(List.of("encW", "decW", "skipW"), matrices);
    assertTrue(
        SaeParamInitializer.INSTANCE.biasKeys(skipping).stream().noneMatch(k -> k.endsWith("W")));
  }

  private static MultiLayerConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .list()
        .layer(
            new SaeLayer.Builder()
                .nIn(5)
                .nLatents(8)
                .variant(new ReluL1(1e-3, ReluL1.Weighting.PLAIN))
                .build())
        .build();
  }
}
