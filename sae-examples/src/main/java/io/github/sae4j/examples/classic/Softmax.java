package io.github.sae4j.examples.classic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.PolySchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Softmax regression with DL4J's output layer: {@code P(class | x) = softmax(x·W + b)}, trained on
 * the mean cross-entropy plus {@code l2/2·‖W‖²}. Rows are scaled so that the training rows have a
 * mean squared norm of 100, which makes settings comparable between pixels and codes.
 *
 * <p>Adam takes the given number of steps, with a rate that decays linearly to 0.
 */
final class Softmax {
  private static final double MEAN_SQUARE_NORM = 100;
  private static final double LEARNING_RATE = 1e-2;
  private static final int BATCH = 100;

  private final MultiLayerNetwork network;
  private final double scale;

  /**
   * Trains the classifier.
   *
   * @param x training rows, {@code [rows, width]}
   * @param labels classes of those rows, 0 to {@code classes - 1}
   * @param l2 weight of the penalty
   */
  Softmax(Rows x, Labels labels, int classes, double l2, int steps, long seed) {
    scale = Math.sqrt(MEAN_SQUARE_NORM / meanSquareNorm(x));
    network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(
                    new Adam(new PolySchedule(ScheduleType.ITERATION, LEARNING_RATE, 1, steps)))
                .l2(l2)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(x.width())
                        .nOut(classes)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    SplittableRandom random = new SplittableRandom(seed);
    List<DataSet> batches = List.of();
    for (int step = 0; step < steps; step++) {
      int at = step % Math.max(1, batches.size());
      if (at == 0) {
        batches = batches(x, labels, classes, random);
      }
      network.fit(batches.get(at));
    }
  }

  private static double meanSquareNorm(Rows x) {
    double squares = 0;
    for (float value : x.values()) {
      squares += value * value;
    }
    if (squares == 0) {
      throw new IllegalArgumentException("every value of " + x.description() + " is 0");
    }
    return squares / x.rows();
  }

  /** Returns all rows in random order. */
  private List<DataSet> batches(Rows x, Labels labels, int classes, SplittableRandom random) {
    int[] order = Labels.order(labels.count(), random);
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < order.length; from += BATCH) {
      int[] rows = Arrays.copyOfRange(order, from, Math.min(order.length, from + BATCH));
      INDArray wanted = Nd4j.zeros(rows.length, classes);
      for (int i = 0; i < rows.length; i++) {
        wanted.putScalar(i, labels.get(rows[i]), 1);
      }
      batches.add(new DataSet(input(x.select(rows)), wanted));
    }
    return batches;
  }

  private INDArray input(Rows x) {
    return Nd4j.createFromArray(x.values()).reshape('c', x.rows(), x.width()).mul(scale);
  }

  /** Returns the fraction of rows whose most probable class is correct. */
  double accuracy(Rows x, Labels labels) {
    int[] predicted = network.predict(input(x));
    int right = 0;
    for (int row = 0; row < predicted.length; row++) {
      right += predicted[row] == labels.get(row) ? 1 : 0;
    }
    return (double) right / predicted.length;
  }
}
