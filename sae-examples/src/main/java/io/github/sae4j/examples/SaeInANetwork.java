package io.github.sae4j.examples;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.variant.TopK;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * An SAE as the first layer of a classifier: it first learns a dictionary of the inputs without
 * labels, then the network classifies by the active latents.
 */
public final class SaeInANetwork {
  private static final int N_IN = 20;
  private static final int CLASSES = 4;

  private SaeInANetwork() {}

  /** Prints how well the latents classify. */
  public static void main(String[] args) {
    System.out.println(run(2000).stats());
  }

  /** Trains on the given number of examples and evaluates on as many new ones. */
  static Evaluation run(int examples) {
    Nd4j.getRandom().setSeed(1);
    INDArray features = Nd4j.rand(2 * CLASSES, N_IN).subi(.5);
    DataSetIterator train = mixtures(features, examples);

    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(3e-3))
                .list()
                .layer(
                    new SaeLayer.Builder()
                        .nIn(N_IN)
                        .nLatents(64)
                        .variant(TopK.withAuxK(4, N_IN))
                        .output(SaeLayer.Output.LATENTS)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(64)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    net.pretrain(train, 10); // without labels: learns a dictionary of the inputs
    net.fit(train, 10); // with labels: learns the classes from the latents

    return net.evaluate(mixtures(features, examples));
  }

  /** Returns examples that each sum two random features of their class, plus noise. */
  private static DataSetIterator mixtures(INDArray features, int examples) {
    INDArray x = Nd4j.randn(examples, N_IN).muli(.02);
    INDArray labels = Nd4j.zeros(examples, CLASSES);
    for (int i = 0; i < examples; i++) {
      int label = i % CLASSES;
      INDArray strengths = Nd4j.rand(2).addi(.5);
      x.getRow(i).addi(features.getRow(2L * label).mul(strengths.getDouble(0)));
      x.getRow(i).addi(features.getRow(2L * label + 1).mul(strengths.getDouble(1)));
      labels.putScalar(i, label, 1);
    }
    List<DataSet> batches = new DataSet(x, labels).batchBy(50);
    return new ListDataSetIterator<>(batches, 1);
  }
}
