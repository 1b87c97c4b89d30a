package io.github.sae4j.examples.fashion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Two convolutions, a dense layer of 128 and an output layer with ten classes. */
public final class FashionNetwork {
  static final String DENSE = "dense";
  static final int WIDTH = 128;
  public static final List<String> CLASSES =
      List.of(
          "T-shirt",
          "trousers",
          "pullover",
          "dress",
          "coat",
          "sandal",
          "shirt",
          "sneaker",
          "bag",
          "boot");
  private static final int BATCH = 128;

  private FashionNetwork() {}

  static MultiLayerNetwork train(IdxImages images, int epochs, long seed) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(new Adam(1e-3))
                .weightInit(WeightInit.RELU)
                .list()
                .layer(convolution(5, 16))
                .layer(halves())
                .layer(convolution(3, 32))
                .layer(halves())
                .layer(
                    new DenseLayer.Builder()
                        .name(DENSE)
                        .nOut(WIDTH)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(CLASSES.size())
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutional(IdxImages.SIDE, IdxImages.SIDE, 1))
                .build());
    net.init();
    DataSetIterator batches = inRandomOrder(images, seed);
    for (int epoch = 1; epoch <= epochs; epoch++) {
      net.fit(batches);
      System.out.printf("epoch %d: loss %.3f%n", epoch, net.score());
    }
    return net;
  }

  private static ConvolutionLayer convolution(int side, int channels) {
    return new ConvolutionLayer.Builder(side, side)
        .nOut(channels)
        .activation(Activation.RELU)
        .build();
  }

  private static SubsamplingLayer halves() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  /** Precedes an SAE of pictures; without it, each pixel would be a row of its own. */
  public static CnnToFeedForwardPreProcessor wholePicture() {
    return new CnnToFeedForwardPreProcessor(IdxImages.SIDE, IdxImages.SIDE, 1);
  }

  /** Returns the pictures in batches, in their own order. */
  static DataSetIterator inOrder(IdxImages images) {
    int[] order = new int[images.count()];
    Arrays.setAll(order, i -> i);
    return batches(images, order);
  }

  /** Returns the pictures in batches, in the same random order each time. */
  public static DataSetIterator inRandomOrder(IdxImages images, long seed) {
    int[] order = new int[images.count()];
    Arrays.setAll(order, i -> i);
    Random random = new Random(seed);
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return batches(images, order);
  }

  private static DataSetIterator batches(IdxImages images, int[] order) {
    List<DataSet> batches = new ArrayList<>();
    int pixels = IdxImages.SIDE * IdxImages.SIDE;
    for (int from = 0; from < order.length; from += BATCH) {
      int rows = Math.min(BATCH, order.length - from);
      float[] features = new float[rows * pixels];
      INDArray labels = Nd4j.zeros(DataType.FLOAT, rows, CLASSES.size());
      for (int row = 0; row < rows; row++) {
        System.arraycopy(images.pixels(order[from + row]), 0, features, row * pixels, pixels);
        labels.putScalar(row, images.label(order[from + row]), 1);
      }
      INDArray pictures =
          Nd4j.createFromArray(features).reshape(rows, 1, IdxImages.SIDE, IdxImages.SIDE);
      batches.add(new DataSet(pictures, labels));
    }
    return new ListDataSetIterator<>(batches, 1); // one batch at a time
  }
}
