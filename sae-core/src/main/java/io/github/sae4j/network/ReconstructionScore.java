package io.github.sae4j.network;

import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.layer.SaeLayerRuntime;
import java.util.function.Function;
import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
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
   * @throws IllegalStateException if there are no rows, or all are alike
   */
  @Override
  public double calculateScore(M network) {
    LayerInput input = layer.apply(network);
    SaeLayerRuntime sae = requireAutoencoder(input);
    Sums sums = new Sums(sae.parameters().nIn());
    examples.reset();
    while (examples.hasNext()) {
      INDArray rows = input.rows(examples.next());
      if (rows != null) {
        try (INDArray reconstruction = sae.reconstruct(rows)) {
          sums.add(floats(rows), floats(reconstruction));
        }
        rows.close();
      }
    }
    return sums.fvu(sae);
  }

  private static float[] floats(INDArray rows) {
    return new ActivationRows(rows, false, null).values();
  }

  private static SaeLayerRuntime requireAutoencoder(LayerInput input) {
    if (input.unwrapped() instanceof SaeLayerRuntime sae
        && !sae.parameters().form().isTranscoder()) {
      return sae;
    }
    throw new IllegalArgumentException(
        "not an SaeLayer that reconstructs its input: " + input.layer().conf().getLayer());
  }

  /** What the FVU is made of; mean and variance grow row by row (Welford 1962). */
  private static final class Sums {
    private final double[] mean;
    private double variation;
    private double errors;
    private long rows;

    Sums(int width) {
      this.mean = new double[width];
    }

    void add(float[] x, float[] reconstruction) {
      for (int at = 0; at < x.length; at += mean.length) {
        rows++;
        for (int j = 0; j < mean.length; j++) {
          double before = x[at + j] - mean[j];
          mean[j] += before / rows;
          variation += before * (x[at + j] - mean[j]);
          double error = (double) x[at + j] - reconstruction[at + j];
          errors += error * error;
        }
      }
    }

    double fvu(SaeLayerRuntime sae) {
      if (variation == 0) {
        throw new IllegalStateException(
            "no variance to explain in the %,d rows that come to %s"
                .formatted(rows, sae.conf().getLayer()));
      }
      return errors / variation;
    }
  }

  @Override
  public boolean minimizeScore() {
    return true;
  }
}
