package io.github.sae4j.network;

import io.github.sae4j.splice.Intervention;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Runs a network with the activations of one place replaced and measures what that costs: accuracy,
 * mean loss, and how much of the loss added by the mean row, or by zeros, is recovered.
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
   * The effect on the network's output.
   *
   * @param name name of the intervention; {@code original} for the unchanged network
   * @param accuracy fraction of examples or time steps whose largest output is the label's
   * @param loss mean over examples or time steps, without the network's regularisation
   * @param recoveredOfMean fraction of the loss added by the mean row that is recovered, {@code 1 −
   *     (loss − original)/(loss(mean) − original)}
   * @param recoveredOfZero fraction of the loss added by zeros that is recovered, likewise
   */
  public record Outcome(
      String name, double accuracy, double loss, double recoveredOfMean, double recoveredOfZero) {}

  /** Returns the mean row of the place, {@code [width]}. */
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
   * Compares interventions on all examples of the iterator.
   *
   * @param mean mean of the place's rows
   * @return the outcomes for the unchanged network, the mean, zeros and each intervention, in this
   *     order
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
