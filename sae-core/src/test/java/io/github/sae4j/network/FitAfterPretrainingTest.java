package io.github.sae4j.network;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.variant.TopK;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What happens to a pretrained SAE when the network around it is trained by fit. */
class FitAfterPretrainingTest {
  private static final int N_IN = 12;
  private static final int CLASSES = 3;

  /**
   * The FVU of the SAE.
   *
   * @param before FVU before fit
   * @param after FVU after five epochs of fit
   * @param accuracy the network's final accuracy on its training data
   */
  private record Course(double before, double after, double accuracy) {}

  /** Returns rows that combine two of twelve axes; the class is the first axis' third. */
  private static DataSetIterator examples(int seed) {
    Random random = new Random(seed);
    List<DataSet> batches = new ArrayList<>();
    for (int b = 0; b < 10; b++) {
      float[][] rows = new float[32][N_IN];
      float[][] labels = new float[32][CLASSES];
      for (int i = 0; i < rows.length; i++) {
        int axis = random.nextInt(N_IN);
        rows[i][axis] += 2 + random.nextFloat();
        rows[i][random.nextInt(N_IN)] += 1 + random.nextFloat();
        labels[i][axis * CLASSES / N_IN] = 1;
      }
      batches.add(new DataSet(Nd4j.createFromArray(rows), Nd4j.createFromArray(labels)));
    }
    return new ListDataSetIterator<>(batches, 1);
  }

  private static Course course(int seed, boolean behindADenseLayer, Double weightOrDefault) {
    SaeLayer.Builder sae =
        new SaeLayer.Builder().nIn(N_IN).nLatents(24).variant(TopK.withAuxK(3, N_IN));
    if (weightOrDefault != null) {
      sae.reconstructionWeight(weightOrDefault);
    }
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().seed(seed).updater(new Adam(1e-2)).list();
    if (behindADenseLayer) {
      layers.layer(
          new DenseLayer.Builder().nIn(N_IN).nOut(N_IN).activation(Activation.RELU).build());
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            layers
                .layer(sae.build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(N_IN)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    int index = behindADenseLayer ? 1 : 0;
    DataSetIterator examples = examples(seed);
    ReconstructionScore<MultiLayerNetwork> fvu = ReconstructionScore.ofLayer(index, examples);
    LayerPretraining.pretrain(net, index, examples, 10);
    double before = fvu.calculateScore(net);
    net.fit(examples, 5);
    return new Course(before, fvu.calculateScore(net), net.evaluate(examples).accuracy());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void reconstructionLossKeepsTheSaeAnAutoencoder(int seed) {
    Course kept = course(seed, seed == 1, null);
    Course lost = course(seed, seed == 1, 0.0);
    String all = kept + ", without the loss " + lost;
    assertTrue(kept.after < 1.5 * kept.before + .01, all);
    assertTrue(lost.after > 2 * kept.after + .1, all);
    assertTrue(kept.accuracy > .8, all); // of three classes
  }
}
