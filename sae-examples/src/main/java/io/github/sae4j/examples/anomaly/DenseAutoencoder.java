package io.github.sae4j.examples.anomaly;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Squared error of a dense autoencoder in DL4J with a narrow middle: width → h → width/4 → h →
 * width with tanh, h = width up to 256, trained by Adam on as many rows as the SAE.
 */
record DenseAutoencoder() implements Method {
  private static final int BATCH = 256;
  private static final int MOST_HIDDEN = 256;
  private static final int MOST_MIDDLE = 64;
  private static final double LEARNING_RATE = 1e-3;

  @Override
  public String name() {
    return "dense autoencoder";
  }

  @Override
  public Fitted fit(float[][] train, long seed) {
    MultiLayerNetwork net = new MultiLayerNetwork(layers(train[0].length, seed));
    net.init();
    INDArray rows = Nd4j.create(train);
    int batch = Math.min(BATCH, train.length);
    long steps = SaeMethod.ROWS / batch;
    int at = 0;
    for (long step = 0; step < steps; step++) {
      INDArray x = rows.get(NDArrayIndex.interval(at, at + batch), NDArrayIndex.all());
      net.fit(new DataSet(x, x));
      at += batch;
      if (at + batch > train.length) {
        at = 0; // the rows come shuffled
      }
    }
    return tested ->
        Method.errors(tested, net.output(Nd4j.create(tested)).dup('c').data().asFloat());
  }

  private static MultiLayerConfiguration layers(int width, long seed) {
    int hidden = Math.min(width, MOST_HIDDEN);
    int middle = Math.min(Math.max(1, width / 4), MOST_MIDDLE);
    return new NeuralNetConfiguration.Builder()
        .seed(seed)
        .updater(new Adam(LEARNING_RATE))
        .weightInit(WeightInit.XAVIER)
        .activation(Activation.TANH)
        .list()
        .layer(new DenseLayer.Builder().nIn(width).nOut(hidden).build())
        .layer(new DenseLayer.Builder().nIn(hidden).nOut(middle).build())
        .layer(new DenseLayer.Builder().nIn(middle).nOut(hidden).build())
        .layer(
            new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .nIn(hidden)
                .nOut(width)
                .activation(Activation.IDENTITY)
                .build())
        .build();
  }
}
