package io.github.sae4j.train;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.cpu.FlatFloats;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.layer.AdamMoments;
import io.github.sae4j.layer.SaeLayer;
import io.github.sae4j.layer.SaeLayerRuntime;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The DL4J network of one {@link SaeLayer} that is trained, and its state between steps. With Adam
 * the layer updates its own parameters; any other updater is DL4J's, which the network applies.
 */
final class TrainingNetwork {
  private static final double EPSILON = Adam.DEFAULT_ADAM_EPSILON;

  private final MultiLayerNetwork network;
  private final SaeLayerRuntime layer;
  private final LearningRateSchedule learningRate;
  private final double beta1;
  private final double beta2;
  private final AdamMoments moments; // null where the updater is DL4J's
  private INDArray x; // the batch of the step
  private long step;

  TrainingNetwork(TrainConfig config, TrainPlan plan, int nIn) {
    learningRate =
        new LearningRateSchedule(
            config.learningRate(), plan.warmupSteps(), plan.decayStartStep(), plan.steps());
    beta1 = config.beta1();
    beta2 = config.beta2();
    SaeLayer sae =
        new SaeLayer.Builder()
            .nIn(nIn)
            .nLatents(config.nLatents())
            .variant(config.variant())
            .unitNormDecoder(config.unitNormDecoder())
            .deadAfterTokens(plan.deadAfterTokens())
            .precision(config.precision())
            .build();
    network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(config.seed())
                .dataType(DataType.FLOAT)
                .updater(config.updater().toDl4j(learningRate, beta1, beta2))
                .list()
                .layer(sae)
                .build());
    // of no use yet: given parameters, DL4J does not fill them, as the trainer does that
    long parameters = SaeParameters.count(nIn, config.nLatents());
    network.init(Nd4j.createUninitialized(DataType.FLOAT, 1, parameters), false);
    layer = (SaeLayerRuntime) network.getLayer(0);
    moments =
        config.updater() == Updater.ADAM
            ? AdamMoments.zeros(DataType.FLOAT, network.numParams())
            : null;
  }

  /**
   * Fills the parameters at the start of a run.
   *
   * @param median value of b_dec, {@code [nIn]}
   */
  void initialise(double[] median, long seed) {
    Initialisation.apply(layer.parameters(), layer.variant(), median, seed);
  }

  /**
   * One step of training.
   *
   * @param batch {@code [rows, nIn]}, row after row
   */
  LossTerms step(float[] batch, int rows, Variant variant) {
    layer.setVariant(variant);
    INDArray x = matrixOf(batch, rows);
    if (moments == null) {
      network.pretrainLayer(0, x);
    } else {
      double rate = learningRate(step);
      layer.adamStep(x, moments, new AdamStep(rate, beta1, beta2, EPSILON, step + 1, 1.0 / rows));
    }
    step++;
    return layer.lastLoss();
  }

  /** In memory that is used again: new pages would cost more than the copy. */
  private INDArray matrixOf(float[] batch, int rows) {
    if (x == null || x.length() != batch.length) {
      x = Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, batch.length / rows}, 'c');
    }
    FlatFloats.of(x).put(0, batch, 0, batch.length);
    return x;
  }

  SaeLayerRuntime layer() {
    return layer;
  }

  double learningRate(long step) {
    return learningRate.valueAt((int) step, 0);
  }

  double deadShare() {
    return layer.deadLatents().share();
  }

  /** The dictionary itself, not a copy, with the variant that was configured. */
  SparseAutoencoder sparseAutoencoder(Variant variant) {
    return new SparseAutoencoder(layer.parameters(), variant);
  }

  /** Everything that the next step depends on. */
  NetworkState state() {
    return new NetworkState(
        FlatFloats.of(network.params()), FlatFloats.of(updaterState()), layer.deadLatents());
  }

  /** Makes ready for the step after so many; the {@link #state} of that time is to be filled in. */
  void goOnAfter(long stepsDone) {
    if (moments == null) {
      // DL4J makes the optimizer that holds the updater's state in the first step, and a layer's
      // getOptimizer() before that returns another one: take a step to have it
      network.pretrainLayer(0, Nd4j.zeros(DataType.FLOAT, 1, layer.parameters().nIn()));
    }
    step = stepsDone;
    layer.conf().setIterationCount((int) step);
  }

  private INDArray updaterState() {
    return moments != null ? moments.flat() : layer.getOptimizer().getUpdater().getStateViewArray();
  }
}
