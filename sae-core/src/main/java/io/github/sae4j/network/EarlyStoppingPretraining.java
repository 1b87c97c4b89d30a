package io.github.sae4j.network;

import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.trainer.BaseEarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * DL4J's early stopping for a layer trained as {@link LayerPretraining} does, wherever in the
 * network it is. DL4J's own trainers pretrain every layer, and only the first one correctly.
 *
 * <pre>{@code
 * EarlyStoppingConfiguration<MultiLayerNetwork> when =
 *     new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
 *         .scoreCalculator(ReconstructionScore.ofLayer(1, validation))
 *         .epochTerminationConditions(new ScoreImprovementEpochTerminationCondition(2, .001))
 *         .modelSaver(new InMemoryModelSaver<>())
 *         .build();
 * EarlyStoppingResult<MultiLayerNetwork> result =
 *     EarlyStoppingPretraining.ofLayer(when, net, 1, train).fit();
 * }</pre>
 *
 * @param <M> the type of network
 */
public final class EarlyStoppingPretraining<M extends Model> extends BaseEarlyStoppingTrainer<M> {
  private final LayerInput input;
  private LayerTraining training;

  private EarlyStoppingPretraining(
      EarlyStoppingConfiguration<M> when, M network, LayerInput input, DataSetIterator train) {
    super(when, network, train, null, null);
    this.input = input;
  }

  /**
   * Creates a trainer for a layer of a network.
   *
   * @param index index of the layer, which must support unsupervised training
   */
  public static EarlyStoppingPretraining<MultiLayerNetwork> ofLayer(
      EarlyStoppingConfiguration<MultiLayerNetwork> when,
      MultiLayerNetwork network,
      int index,
      DataSetIterator train) {
    return new EarlyStoppingPretraining<>(when, network, LayerInput.of(network, index), train);
  }

  /**
   * Creates a trainer for a vertex of a graph.
   *
   * @param vertex name of a layer with one input, which must support unsupervised training
   */
  public static EarlyStoppingPretraining<ComputationGraph> ofVertex(
      EarlyStoppingConfiguration<ComputationGraph> when,
      ComputationGraph graph,
      String vertex,
      DataSetIterator train) {
    return new EarlyStoppingPretraining<>(when, graph, LayerInput.of(graph, vertex), train);
  }

  /**
   * Trains until a termination condition is met, as {@code pretrain()} does.
   *
   * @throws IllegalArgumentException if the layer does not support unsupervised training
   */
  @Override
  public EarlyStoppingResult<M> fit() {
    return fit(false);
  }

  @Override
  public EarlyStoppingResult<M> pretrain() {
    return fit(false);
  }

  @Override
  protected EarlyStoppingResult<M> fit(boolean pretrain) {
    try (LayerTraining begun = new LayerTraining(input)) {
      training = begun;
      return super.fit(false);
    } finally {
      training = null;
    }
  }

  @Override
  protected void triggerEpochListeners(boolean epochStart, Model model, int epochNum) {
    if (epochStart) {
      training.startEpoch();
    } else {
      training.endEpoch();
    }
  }

  @Override
  protected void fit(DataSet batch) {
    training.step(batch, 0);
  }

  @Override
  protected void pretrain(DataSet batch) {
    fit(batch);
  }

  @Override
  protected void fit(MultiDataSet batch) {
    throw new UnsupportedOperationException(
        "a network with one input and one output takes DataSets");
  }

  @Override
  protected void pretrain(MultiDataSet batch) {
    fit(batch);
  }
}
