package io.github.sae4j.network;

import io.github.sae4j.splice.Intervention;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

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
      network.look(
          batch,
          List.of(place),
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
    List<SpliceTally> tallies = new ArrayList<>();
    tallies.add(new SpliceTally(network, place, null));
    tallies.add(new SpliceTally(network, place, Intervention.mean(mean)));
    tallies.add(new SpliceTally(network, place, Intervention.zero()));
    interventions.forEach(each -> tallies.add(new SpliceTally(network, place, each)));
    examples.reset();
    while (examples.hasNext()) {
      DataSet batch = examples.next();
      tallies.forEach(tally -> tally.count(batch));
    }
    double original = tallies.get(0).meanLoss();
    double ofMean = tallies.get(1).meanLoss() - original;
    double ofZero = tallies.get(2).meanLoss() - original;
    return tallies.stream().map(tally -> tally.outcome(original, ofMean, ofZero)).toList();
  }
}
