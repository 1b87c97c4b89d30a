package io.github.sae4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.Bits;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.variant.ReluL1;
import io.github.sae4j.variant.SigmoidKl;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Invalid input is rejected with one sentence that names the layer. */
class SaeLayerMessagesTest {
  private static final String LAYER = "(layer name: mine, ";

  private static MultiLayerNetwork network(Variant variant) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-2))
                .list()
                .layer(
                    new SaeLayer.Builder()
                        .name("mine")
                        .nIn(8)
                        .nLatents(24)
                        .variant(variant)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static INDArray rows() {
    Nd4j.getRandom().setSeed(1);
    return Nd4j.rand(DataType.FLOAT, 5, 8);
  }

  @Test
  void wrongShapes() {
    MultiLayerNetwork net = network(new TopK(3, 0, 0));
    for (long[] shape : new long[][] {{5, 7}, {8}, {2, 5, 8}, {2, 8, 2, 2, 2}}) {
      assertRefused("SaeLayer expects [batch, 8]", () -> net.output(Nd4j.rand(shape)));
      assertRefused("SaeLayer expects [batch, 8]", () -> net.pretrainLayer(0, Nd4j.rand(shape)));
    }
    Exception none =
        assertThrows(
            IllegalArgumentException.class, () -> net.output(Nd4j.create(DataType.FLOAT, 0, 8)));
    assertEquals("Invalid input: length 0 (shape: [0, 8])", none.getMessage());
  }

  @Test
  void valuesThatAreNotFiniteDoNotReachTheParameters() {
    for (Variant variant :
        new Variant[] {
          new TopK(3, 0, 0), new ReluL1(.1, ReluL1.Weighting.PLAIN), new SigmoidKl(.1, .1)
        }) {
      MultiLayerNetwork net = network(variant);
      INDArray before = net.params().dup();
      for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
        INDArray x = rows();
        x.putScalar(2, 3, bad);
        String message =
            assertThrows(NotFiniteException.class, () -> net.pretrainLayer(0, x)).getMessage();
        assertTrue(message.contains(LAYER), message);
        Bits.assertSame(before, net.params(), variant + ": " + message);
      }
    }
    INDArray x = rows();
    x.putScalar(2, 3, Float.NaN);
    assertRefused("latent 0 in row 2", () -> network(new TopK(3, 0, 0)).output(x));
  }

  @Test
  void otherDataTypesGiveTheSameResults() {
    MultiLayerNetwork net = network(new TopK(3, 0, 0));
    INDArray x = rows();
    INDArray expected = net.output(x);
    Bits.assertSame(expected, net.output(x.castTo(DataType.DOUBLE)));
    MultiLayerNetwork other = network(new TopK(3, 0, 0));
    net.pretrainLayer(0, x);
    other.pretrainLayer(0, x.castTo(DataType.DOUBLE));
    Bits.assertSame(net.params(), other.params());
  }

  @Test
  void afterTheNetworkWasClosed() {
    MultiLayerNetwork net = network(new TopK(3, 0, 0));
    SaeLayerRuntime sae = (SaeLayerRuntime) net.getLayer(0);
    net.close();
    assertRefused("the network of this layer was closed", () -> net.output(rows()));
    assertRefused("the network of this layer was closed", () -> net.pretrainLayer(0, rows()));
    assertRefused("the network of this layer was closed", () -> sae.reconstruct(rows()));
    assertRefused("the network of this layer was closed", sae::toSparseAutoencoder);
  }

  private static void assertRefused(String part, Executable what) {
    String message = assertThrows(RuntimeException.class, what).getMessage();
    assertTrue(message.contains(part) && message.contains(LAYER), message);
  }
}
