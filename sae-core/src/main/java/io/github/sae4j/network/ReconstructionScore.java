package io.github.sae4j.network;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.layer.SaeLayerRuntime;
import java.util.function.Function;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * For DL4J's early stopping: the share of variance that an {@link SaeLayer} does not reconstruct of
 * what comes to it (FVU), over all that an iterator has.
 *
 * <pre>{@code
 * new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
 *     .scoreCalculator(ReconstructionScore.ofLayer(0, validation)) …
 * }</pre>
 *
 * <p>What it came to stands in the result's {@code getScoreVsEpoch()}; {@code getBestModelScore()}
 * of DL4J 1.0.0-M2.1 is something else, the last training score of the saved network.
 *
 * @param <M> the kind of network
 */
public final class ReconstructionScore<M extends Model> implements ScoreCalculator<M> {
  private final transient Function<M, LayerInput> layer;
  private final transient DataSetIterator examples;

  private ReconstructionScore(Function<M, LayerInput> layer, DataSetIterator examples) {
    this.layer = layer;
    this.examples = examples;
  }

  /**
   * Of a layer of a network.
   *
   * @param index of the SAE among the network's layers
   */
  public static ReconstructionScore<MultiLayerNetwork> ofLayer(
      int index, DataSetIterator examples) {
    return new ReconstructionScore<>(network -> LayerInput.of(network, index), examples);
  }

  /**
   * Of a vertex of a graph.
   *
   * @param name of the SAE's vertex
   */
  public static ReconstructionScore<ComputationGraph> ofVertex(
      String name, DataSetIterator examples) {
    return new ReconstructionScore<>(graph -> LayerInput.of(graph, name), examples);
  }

  /**
   * The FVU now.
   *
   * @throws IllegalArgumentException if the layer is no {@link SaeLayer}, or a transcoder
   */
  @Override
  public double calculateScore(M network) {
    LayerInput input = layer.apply(network);
    SaeLayerRuntime sae = requireAutoencoder(input.layer());
    Sums sums = new Sums(sae.parameters().nIn());
    examples.reset();
    while (examples.hasNext()) {
      INDArray rows = input.rows(examples.next());
      if (rows != null) {
        sums.add(rows, sae);
        rows.close();
      }
    }
    return sums.fvu();
  }

  private static SaeLayerRuntime requireAutoencoder(Layer layer) {
    if (layer instanceof SaeLayerRuntime sae && !sae.parameters().form().isTranscoder()) {
      return sae;
    }
    throw new IllegalArgumentException(
        "no SaeLayer that reconstructs its input: " + layer.conf().getLayer());
  }

  /** What the FVU is made of. */
  private static final class Sums {
    private final double[] values;
    private double squares;
    private double errors;
    private long rows;

    Sums(int width) {
      this.values = new double[width];
    }

    void add(INDArray x, SaeLayerRuntime sae) {
      try (INDArray reconstruction = sae.reconstruct(x)) {
        errors += sumOfSquares(reconstruction.subi(x));
      }
      squares += sumOfSquares(x);
      double[] more = x.sum(0).toDoubleVector();
      for (int j = 0; j < values.length; j++) {
        values[j] += more[j];
      }
      rows += x.size(0);
    }

    private static double sumOfSquares(INDArray array) {
      double norm = array.norm2Number().doubleValue();
      return norm * norm;
    }

    double fvu() {
      double ofMean = 0;
      for (double value : values) {
        ofMean += value * value / rows;
      }
      return errors / (squares - ofMean);
    }
  }

  @Override
  public boolean minimizeScore() {
    return true;
  }
}
