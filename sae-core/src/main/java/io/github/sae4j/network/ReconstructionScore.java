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
 * A score for DL4J's early stopping: the fraction of variance of an {@link SaeLayer}'s input that
 * it leaves unexplained (FVU), over a whole iterator.
 *
 * <pre>{@code
 * new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
 *     .scoreCalculator(ReconstructionScore.ofLayer(0, validation)) …
 * }</pre>
 *
 * <p>The scores are in the result's {@code getScoreVsEpoch()}. DL4J 1.0.0-M2.1's {@code
 * getBestModelScore()} is something else: the last training score of the saved network.
 *
 * @param <M> the type of network
 */
public final class ReconstructionScore<M extends Model> implements ScoreCalculator<M> {
  private final transient Function<M, LayerInput> layer;
  private final transient DataSetIterator examples;

  private ReconstructionScore(Function<M, LayerInput> layer, DataSetIterator examples) {
    this.layer = layer;
    this.examples = examples;
  }

  /**
   * Creates a score for a layer of a network.
   *
   * @param index index of the SAE among the network's layers
   */
  public static ReconstructionScore<MultiLayerNetwork> ofLayer(
      int index, DataSetIterator examples) {
    return new ReconstructionScore<>(network -> LayerInput.of(network, index), examples);
  }

  /**
   * Creates a score for a vertex of a graph.
   *
   * @param name name of the SAE's vertex
   */
  public static ReconstructionScore<ComputationGraph> ofVertex(
      String name, DataSetIterator examples) {
    return new ReconstructionScore<>(graph -> LayerInput.of(graph, name), examples);
  }

  /**
   * Computes the current FVU.
   *
   * @throws IllegalArgumentException if the layer is not an {@link SaeLayer}, or is a transcoder
   * @throws IllegalStateException if there are no rows, or all are identical
   */
  @Override
  public double calculateScore(M network) {
    LayerInput input = layer.apply(network);
    SaeLayerRuntime sae = requireAutoencoder(input);
    Sums sums = new Sums(sae.parameters().nIn());
    examples.reset();
    while (examples.hasNext()) {
      input.rows(examples.next()).ifPresent(rows -> add(rows, sae, sums));
    }
    return sums.fvu(sae);
  }

  private static void add(INDArray rows, SaeLayerRuntime sae, Sums sums) {
    try (INDArray reconstruction = sae.reconstruct(rows)) {
      sums.add(floats(rows), floats(reconstruction));
    }
    rows.close();
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

  /** The running sums for the FVU; mean and variance are updated row by row (Welford 1962). */
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
            "the %,d input rows do not vary, so there is no variance to explain: %s"
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
