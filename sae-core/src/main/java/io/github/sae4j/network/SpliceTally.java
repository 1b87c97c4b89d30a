package io.github.sae4j.network;

import io.github.sae4j.splice.Intervention;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Sums up the effect of an intervention on a network's output over batches. */
final class SpliceTally {
  private final NetworkView network;
  private final String place;
  private final Intervention interventionOrNull;
  private double loss;
  private long correct;
  private long examples;

  /**
   * @param interventionOrNull null for the unchanged network
   */
  SpliceTally(NetworkView network, String place, Intervention interventionOrNull) {
    this.network = network;
    this.place = place;
    this.interventionOrNull = interventionOrNull;
  }

  void count(DataSet batch) {
    INDArray[] put = {null};
    INDArray output =
        network.run(
            batch,
            (where, activations) -> {
              if (interventionOrNull == null || !where.equals(place)) {
                return activations;
              }
              put[0] = changed(activations, batch);
              return put[0];
            });
    count(output, batch);
    close(put[0]);
    close(output);
  }

  private INDArray changed(INDArray activations, DataSet batch) {
    ActivationRows rows = network.rowsOf(place, activations, batch);
    int width = interventionOrNull.width();
    if (width != 0 && width != rows.width()) {
      throw new IllegalArgumentException(
          "'%s' has rows of width %d, but '%s' needs width %d"
              .formatted(place, rows.width(), interventionOrNull.name(), width));
    }
    float[] values = rows.values();
    interventionOrNull.apply(values, rows.count());
    return rows.with(values);
  }

  private static void close(INDArray arrayOrNull) {
    if (arrayOrNull != null && arrayOrNull.closeable()) {
      arrayOrNull.close();
    }
  }

  private void count(INDArray output, DataSet batch) {
    if (batch.getLabels() == null) {
      throw new IllegalArgumentException("a batch has no labels to compare the output with");
    }
    INDArray mask = batch.getLabelsMaskArray();
    if (mask == null && output.rank() == 3) {
      mask = batch.getFeaturesMaskArray();
    }
    boolean channelsLast = network.isChannelsLast(network.lastPlace());
    ActivationRows rows = new ActivationRows(output, channelsLast, mask);
    ActivationRows labels = new ActivationRows(batch.getLabels(), channelsLast, mask);
    if (rows.count() == 0) {
      return;
    }
    int classes = rows.width();
    float[] found = rows.values();
    float[] expected = labels.values();
    if (labels.count() != rows.count() || (labels.width() != 1 && labels.width() != classes)) {
      throw new IllegalArgumentException(
          "the network's output is [%d, %d], but the labels are [%d, %d]"
              .formatted(rows.count(), classes, labels.count(), labels.width()));
    }
    boolean indices = labels.width() == 1 && classes > 1; // class indices, not one column per class
    for (int row = 0; row < rows.count(); row++) {
      int label = indices ? (int) expected[row] : largest(expected, row, classes);
      correct += largest(found, row, classes) == label ? 1 : 0;
    }
    loss += loss(expected, found, rows.count());
    examples += rows.count();
  }

  private static int largest(float[] values, int row, int width) {
    int best = 0;
    for (int c = 1; c < width; c++) {
      best = values[row * width + c] > values[row * width + best] ? c : best;
    }
    return best;
  }

  private double loss(float[] expected, float[] found, int rows) {
    ILossFunction function = network.loss();
    if (function instanceof LossMCXENT entropy) { // as DL4J does; otherwise 0·log 0 would be NaN
      float least = (float) entropy.getSoftmaxClipEps();
      for (int i = 0; i < found.length; i++) {
        found[i] = Math.max(found[i], least);
      }
    }
    try (MemoryWorkspace ignored = PassMemory.scratch()) {
      INDArray labels = Nd4j.createFromArray(expected).reshape(rows, expected.length / rows);
      INDArray outputs = Nd4j.createFromArray(found).reshape(rows, found.length / rows);
      return function.computeScore(labels, outputs, new ActivationIdentity(), null, false);
    }
  }

  /** Returns the mean loss over examples or time steps. */
  double meanLoss() {
    return loss / examples;
  }

  /**
   * Expresses the loss relative to those of the mean and of zeros.
   *
   * @param original mean loss of the unchanged network
   * @param ofMean loss added by the mean
   * @param ofZero loss added by zeros
   */
  NetworkSplice.Outcome outcome(double original, double ofMean, double ofZero) {
    return new NetworkSplice.Outcome(
        interventionOrNull == null ? "original" : interventionOrNull.name(),
        (double) correct / examples,
        meanLoss(),
        1 - (meanLoss() - original) / ofMean,
        1 - (meanLoss() - original) / ofZero);
  }
}
