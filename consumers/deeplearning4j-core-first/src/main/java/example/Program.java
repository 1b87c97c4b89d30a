package example;

import io.github.sae4j.SparseCode;
import io.github.sae4j.api.Saes;
import io.github.sae4j.api.TrainedSae;
import java.io.IOException;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Trains a classifier in DL4J, then a dictionary of its hidden layer. */
public class Program {

  public static void main(String[] args) throws IOException {
    INDArray classes = Nd4j.eye(8);
    INDArray rows = Nd4j.vstack(classes, classes, classes, classes).addi(Nd4j.rand(32, 8).muli(.05));
    INDArray labels = Nd4j.vstack(classes, classes, classes, classes);
    MultiLayerNetwork network = new MultiLayerNetwork(configuration());
    network.init();
    network.fit(new ListDataSetIterator<>(new DataSet(rows, labels).asList(), 8), 30);
    INDArray hidden = network.feedForward(rows).get(1);

    TrainedSae trained =
        Saes.train(hidden).latents(32).topK(4).settings(s -> s.epochs(20).batch(16)).run();
    SparseCode code = trained.sae().encode(hidden.getRow(0).toFloatVector());
    System.out.println("trained " + code.nLatents() + " latents; a row has " + code);
  }

  private static MultiLayerConfiguration configuration() {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(new Adam(1e-2))
        .list()
        .layer(new DenseLayer.Builder().nIn(8).nOut(16).activation(Activation.RELU).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(16)
                .nOut(8)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }
}
