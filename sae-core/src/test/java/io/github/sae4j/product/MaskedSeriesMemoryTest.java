package io.github.sae4j.product;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.variant.TopK;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** With masks, each batch has a different number of rows; a layer's memory stays bounded. */
class MaskedSeriesMemoryTest {
  private static final int EXAMPLES = 8;
  private static final int STEPS = 40;
  private static final int N_IN = 6;

  private static DataSet batch(SplittableRandom random) {
    INDArray x = Nd4j.rand(DataType.FLOAT, EXAMPLES, N_IN, STEPS);
    float[][] mask = new float[EXAMPLES][STEPS];
    for (float[] example : mask) {
      for (int step = random.nextInt(STEPS); step >= 0; step--) {
        example[step] = 1;
      }
    }
    INDArray steps = Nd4j.createFromArray(mask);
    return new DataSet(x, Nd4j.ones(EXAMPLES, 1, STEPS), steps, steps.dup());
  }

  @Test
  void isBoundedAndFreed() {
    long bytes = NativeBytes.held();
    long primitives = NativeBytes.primitives();
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .list()
                .layer(
                    new SaeLayer.Builder()
                        .nIn(N_IN)
                        .nLatents(64)
                        .variant(new TopK(3, 0, 0))
                        .build())
                .layer(
                    new RnnOutputLayer.Builder(LossFunction.MSE)
                        .nIn(N_IN)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .dataFormat(RNNFormat.NCW)
                        .build())
                .build());
    net.init();
    SplittableRandom random = new SplittableRandom(3);
    long most = 0;
    for (int i = 0; i < 120; i++) {
      net.fit(batch(random));
      net.output(batch(random).getFeatures());
      if (i < 60) {
        most = Math.max(most, NativeBytes.held());
      }
    }
    assertTrue(NativeBytes.held() <= 2 * most, NativeBytes.held() + " bytes after " + most);
    ((SaeLayerRuntime) net.getLayer(0)).release();
    net.close();
    assertEquals(bytes, NativeBytes.held());
    assertEquals(primitives, NativeBytes.primitives());
  }
}
