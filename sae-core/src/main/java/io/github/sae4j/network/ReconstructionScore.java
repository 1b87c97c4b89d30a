package io.github.sae4j.network;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.layer.SaeLayerRuntime;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * For DL4J's early stopping: the share of variance that an {@link SaeLayer} does not reconstruct of
 * what comes to it (FVU), over all that an iterator has.
 *
 * <pre>{@code
 * new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
 *     .scoreCalculator(new ReconstructionScore(validation, 0)) …
 * }</pre>
 *
 * <p>What it came to stands in the result's {@code getScoreVsEpoch()}; {@code getBestModelScore()}
 * of DL4J 1.0.0-M2.1 is something else, the last training score of the saved network.
 */
public final class ReconstructionScore implements ScoreCalculator<MultiLayerNetwork> {
  private final transient DataSetIterator examples;
  private final int index;

  /**
   * @param index of the SAE among the network's layers
   */
  public ReconstructionScore(DataSetIterator examples, int index) {
    this.examples = examples;
    this.index = index;
  }

  @Override
  public double calculateScore(MultiLayerNetwork network) {
    Layer layer = network.getLayer(index);
    if (!(layer instanceof SaeLayerRuntime sae)) {
      throw new IllegalArgumentException(
          "layer " + index + " is no SaeLayer: " + layer.conf().getLayer());
    }
    NetworkView view = NetworkView.of(network);
    String previous = index == 0 ? null : view.places().get(index - 1);
    double error = 0;
    double squares = 0;
    double[] sums = new double[sae.parameters().nIn()];
    long rows = 0;
    examples.reset();
    while (examples.hasNext()) {
      INDArray x = view.activations(examples.next(), previous);
      INDArray difference = sae.reconstruct(x).subi(x);
      error += sumOfSquares(difference);
      squares += sumOfSquares(x);
      double[] more = x.sum(0).toDoubleVector();
      for (int j = 0; j < sums.length; j++) {
        sums[j] += more[j];
      }
      rows += x.size(0);
    }
    double ofMean = 0;
    for (double sum : sums) {
      ofMean += sum * sum / rows;
    }
    return error / (squares - ofMean);
  }

  private static double sumOfSquares(INDArray array) {
    double norm = array.norm2Number().doubleValue();
    return norm * norm;
  }

  @Override
  public boolean minimizeScore() {
    return true;
  }
}
