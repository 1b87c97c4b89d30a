package io.github.sae4j.ui;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.variant.TopK;
import io.github.sae4j.variant.Variant;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** An SAE before a classifier, and data to train them on. */
final class SmallNetworks {
  static final int N_IN = 6;
  static final int ROWS = 10;

  private SmallNetworks() {}

  static MultiLayerNetwork network() {
    MultiLayerNetwork net = new MultiLayerNetwork(configuration());
    net.init();
    return net;
  }

  static MultiLayerConfiguration configuration() {
    return settings()
        .list()
        .layer(sae("sae", new TopK(2, 0, 0)))
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(N_IN)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  static NeuralNetConfiguration.Builder settings() {
    return new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-2));
  }

  static SaeLayer sae(String name, Variant variant) {
    return new SaeLayer.Builder().name(name).nIn(N_IN).nLatents(12).variant(variant).build();
  }

  static INDArray rows() {
    return Nd4j.rand(DataType.FLOAT, ROWS, N_IN);
  }

  static DataSet labelled() {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, ROWS, 2);
    labels.getColumn(0).assign(1);
    return new DataSet(rows(), labels);
  }
}
