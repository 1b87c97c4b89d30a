package io.github.sae4j.network;

import io.github.sae4j.splice.Intervention;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Runs a network with something else in the place of a layer's activations, and says what that
 * costs: accuracy, mean loss, and how much of the loss that the mean row, or zeros, in every place
 * add is not added.
 */
public final class NetworkSplice {
  private final NetworkView network;
  private final String place;

  /**
   * @throws IllegalArgumentException if there is no such place
   */
  public NetworkSplice(NetworkView network, String place) {
    network.requirePlace(place);
    this.network = network;
    this.place = place;
  }

  /**
   * What became of the network's output.
   *
   * @param name of the intervention; {@code original} without any
   * @param accuracy share of examples, or steps, whose largest output is that of the label
   * @param loss mean over examples, or steps, without the network's regularisation
   * @param recoveredOfMean {@code 1 − (loss − original)/(loss(mean) − original)}
   * @param recoveredOfZero the same of zeros
   */
  public record Outcome(
      String name, double accuracy, double loss, double recoveredOfMean, double recoveredOfZero) {}

  /** The mean row of the place, {@code [width]}. */
  public float[] mean(DataSetIterator examples) {
    double[][] sum = new double[1][];
    long[] rows = new long[1];
    examples.reset();
    while (examples.hasNext()) {
      DataSet batch = examples.next();
      network.run(
          batch,
          (where, activations) -> {
            if (where.equals(place)) {
              ActivationRows found = network.rowsOf(where, activations, batch);
              sum[0] = sum[0] == null ? new double[found.width()] : sum[0];
              float[] values = found.values();
              for (int i = 0; i < values.length; i++) {
                sum[0][i % found.width()] += values[i];
              }
              rows[0] += found.count();
            }
            return activations;
          });
    }
    if (rows[0] == 0) {
      throw new IllegalArgumentException("there are no examples");
    }
    float[] mean = new float[sum[0].length];
    for (int c = 0; c < mean.length; c++) {
      mean[c] = (float) (sum[0][c] / rows[0]);
    }
    return mean;
  }

  /**
   * Compares on all that the iterator has.
   *
   * @param mean of the place's rows
   * @return outcomes of the network as it is, of the mean and of zeros, and of the interventions
   */
  public List<Outcome> run(
      DataSetIterator examples, float[] mean, List<Intervention> interventions) {
    List<Tally> tallies = new ArrayList<>();
    tallies.add(new Tally(Intervention.of("original", (rows, count) -> {})));
    tallies.add(new Tally(Intervention.mean(mean)));
    tallies.add(new Tally(Intervention.zero()));
    interventions.forEach(each -> tallies.add(new Tally(each)));
    examples.reset();
    while (examples.hasNext()) {
      DataSet batch = examples.next();
      for (Tally tally : tallies) {
        tally.count(
            batch, network.run(batch, (where, found) -> spliced(where, found, batch, tally)));
      }
    }
    double original = tallies.get(0).meanLoss();
    double ofMean = tallies.get(1).meanLoss() - original;
    double ofZero = tallies.get(2).meanLoss() - original;
    return tallies.stream().map(tally -> tally.outcome(original, ofMean, ofZero)).toList();
  }

  private INDArray spliced(String where, INDArray activations, DataSet batch, Tally tally) {
    if (!where.equals(place) || tally.intervention.name().equals("original")) {
      return activations;
    }
    ActivationRows rows = network.rowsOf(where, activations, batch);
    float[] values = rows.values();
    tally.intervention.apply(values, rows.count());
    return rows.with(values);
  }

  /** The sums of one intervention. */
  private final class Tally {
    private final Intervention intervention;
    private double loss;
    private long correct;
    private long examples;

    Tally(Intervention intervention) {
      this.intervention = intervention;
    }

    void count(DataSet batch, INDArray output) {
      INDArray mask = batch.getLabelsMaskArray();
      if (mask == null && output.rank() == 3) {
        mask = batch.getFeaturesMaskArray();
      }
      boolean channelsLast = network.isChannelsLast(network.lastPlace());
      ActivationRows rows = new ActivationRows(output, channelsLast, mask);
      ActivationRows labels = new ActivationRows(batch.getLabels(), channelsLast, mask);
      int classes = rows.width();
      float[] found = rows.values();
      float[] expected = labels.values();
      boolean indices = labels.width() == 1 && classes > 1; // of classes, not one column a class
      for (int row = 0; row < rows.count(); row++) {
        int label = indices ? (int) expected[row] : largest(expected, row, classes);
        correct += largest(found, row, classes) == label ? 1 : 0;
      }
      loss +=
          loss(
              Nd4j.createFromArray(expected).reshape(rows.count(), labels.width()), found, classes);
      examples += rows.count();
    }

    private double loss(INDArray labels, float[] found, int classes) {
      ILossFunction function = network.loss();
      if (function instanceof LossMCXENT entropy) { // as DL4J does, or 0·log 0 would be no number
        float least = (float) entropy.getSoftmaxClipEps();
        for (int i = 0; i < found.length; i++) {
          found[i] = Math.max(found[i], least);
        }
      }
      INDArray rows = Nd4j.createFromArray(found).reshape(labels.size(0), classes);
      return function.computeScore(labels, rows, new ActivationIdentity(), null, false);
    }

    private int largest(float[] values, int row, int width) {
      int best = 0;
      for (int c = 1; c < width; c++) {
        best = values[row * width + c] > values[row * width + best] ? c : best;
      }
      return best;
    }

    double meanLoss() {
      return loss / examples;
    }

    Outcome outcome(double original, double ofMean, double ofZero) {
      return new Outcome(
          intervention.name(),
          (double) correct / examples,
          meanLoss(),
          1 - (meanLoss() - original) / ofMean,
          1 - (meanLoss() - original) / ofZero);
    }
  }
}
