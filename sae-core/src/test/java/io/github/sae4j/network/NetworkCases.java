package io.github.sae4j.network;

import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Named;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Networks of every kind, each with a batch and a place for tests to inspect. */
final class NetworkCases {
  static final int CLASSES = 3;

  /**
   * A network, its view, the place to inspect, and a batch.
   *
   * @param channelsLast whether the network has channels last
   * @param output the output of the network itself
   */
  record Case(
      NetworkView view,
      String place,
      DataSet batch,
      boolean channelsLast,
      Supplier<INDArray> output) {

    Case(NetworkView view, String place, DataSet batch, Supplier<INDArray> output) {
      this(view, place, batch, false, output);
    }
  }

  static Stream<Named<Case>> cases() {
    return Stream.of(
        Named.of("dense layers", dense()),
        Named.of("a graph with two branches", graph()),
        Named.of("a convolution before dense layers", convolution(CNN2DFormat.NCHW)),
        Named.of("channels last", convolution(CNN2DFormat.NHWC)),
        Named.of("a recurrent layer with masks", recurrent()));
  }

  static INDArray labels(int rows) {
    INDArray labels = Nd4j.zeros(DataType.FLOAT, rows, CLASSES);
    for (int i = 0; i < rows; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    return labels;
  }

  static OutputLayer output(int nIn) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(nIn)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static MultiLayerNetwork denseNetwork() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(5).activation(Activation.TANH).build())
                .layer(new DenseLayer.Builder().nIn(5).nOut(6).name("second").build())
                .layer(output(6))
                .build());
    net.init();
    return net;
  }

  static Case dense() {
    MultiLayerNetwork net = denseNetwork();
    DataSet batch = new DataSet(Nd4j.rand(DataType.FLOAT, 7, 4), labels(7));
    return new Case(NetworkView.of(net), "0", batch, () -> net.output(batch.getFeatures()));
  }

  static Case graph() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .graphBuilder()
                .addInputs("in")
                .addLayer("left", new DenseLayer.Builder().nIn(4).nOut(5).build(), "in")
                .addLayer("right", new DenseLayer.Builder().nIn(4).nOut(2).build(), "in")
                .addLayer("out", output(7), "left", "right")
                .setOutputs("out")
                .build());
    graph.init();
    DataSet batch = new DataSet(Nd4j.rand(DataType.FLOAT, 7, 4), labels(7));
    return new Case(
        NetworkView.of(graph), "left", batch, () -> graph.outputSingle(batch.getFeatures()));
  }

  static Case convolution(CNN2DFormat format) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nIn(1).nOut(4).name("maps").build())
                .layer(new DenseLayer.Builder().nOut(5).build())
                .layer(output(5))
                .setInputType(InputType.convolutional(6, 5, 1, format))
                .build());
    net.init();
    INDArray pictures = Nd4j.rand(DataType.FLOAT, 7, 1, 6, 5);
    DataSet batch =
        new DataSet(
            format == CNN2DFormat.NCHW ? pictures : pictures.reshape(7, 6, 5, 1), labels(7));
    return new Case(
        NetworkView.of(net),
        "maps",
        batch,
        format == CNN2DFormat.NHWC,
        () -> net.output(batch.getFeatures()));
  }

  static MultiLayerNetwork recurrentNetwork(ILossFunction loss) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(new LSTM.Builder().nIn(4).nOut(5).name("hidden").build())
                .layer(
                    new RnnOutputLayer.Builder(loss)
                        .nIn(5)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    return net;
  }

  static Case recurrent() {
    MultiLayerNetwork net = recurrentNetwork(new LossMCXENT());
    INDArray labels = Nd4j.zeros(DataType.FLOAT, 2, CLASSES, 4);
    labels.get(NDArrayIndex.all(), NDArrayIndex.point(1), NDArrayIndex.all()).assign(1);
    INDArray mask = Nd4j.createFromArray(new float[][] {{1, 1, 1, 1}, {1, 1, 0, 0}});
    DataSet batch = new DataSet(Nd4j.rand(DataType.FLOAT, 2, 4, 4), labels, mask, mask.dup());
    return new Case(
        NetworkView.of(net),
        "hidden",
        batch,
        () -> net.output(batch.getFeatures(), false, mask, mask));
  }

  private NetworkCases() {}
}
