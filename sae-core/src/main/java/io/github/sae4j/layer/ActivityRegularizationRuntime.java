package io.github.sae4j.layer;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * An {@link ActivityRegularization} at work. DL4J divides gradients by the batch size later, so
 * they are added as sums over it; the score is a mean.
 */
public final class ActivityRegularizationRuntime extends AbstractLayer<ActivityRegularization> {
  private static final double SMALLEST_RATE = 1e-7;

  private transient double penalty;

  /** DL4J's own way of making layers; users configure an {@link ActivityRegularization}. */
  public ActivityRegularizationRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      Positions positions = positions();
      penalty = positions.count() == 0 ? 0 : penaltyOf(positions.rows(input));
    }
    return workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, input);
  }

  private double penaltyOf(INDArray a) {
    ActivityRegularization conf = layerConf();
    double sums = 0;
    if (conf.getL1() > 0) {
      sums += conf.getL1() * a.norm1Number().doubleValue();
    }
    if (conf.getL2() > 0) {
      double norm = a.norm2Number().doubleValue();
      sums += conf.getL2() * norm * norm;
    }
    double divergence = 0;
    if (conf.getBeta() > 0) {
      double rho = conf.getRho();
      for (double rate : rates(a)) {
        divergence += rho * Math.log(rho / rate) + (1 - rho) * Math.log((1 - rho) / (1 - rate));
      }
    }
    return sums / input.size(0) + conf.getBeta() * divergence;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    INDArray sum;
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      Positions positions = positions();
      INDArray own = positions.count() == 0 ? null : gradient(positions.rows(input));
      sum = positions.activations(own, epsilon.dataType(), positions.width()).add(epsilon);
    }
    return new Pair<>(new DefaultGradient(), workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, sum));
  }

  private INDArray gradient(INDArray a) {
    ActivityRegularization conf = layerConf();
    INDArray gradient = a.mul(2 * conf.getL2());
    if (conf.getL1() > 0) {
      gradient.addi(Transforms.sign(a, true).muli(conf.getL1()));
    }
    if (conf.getBeta() > 0) {
      gradient.addiRowVector(rateGradient(a));
    }
    return gradient;
  }

  private Positions positions() {
    return Positions.of(input, layerConf().isChannelsLast(), maskArray);
  }

  /** Mean of each unit over the rows. */
  private static double[] rates(INDArray a) {
    double[] rates = a.mean(0).toDoubleVector();
    for (int j = 0; j < rates.length; j++) {
      rates[j] = Math.min(Math.max(rates[j], SMALLEST_RATE), 1 - SMALLEST_RATE);
    }
    return rates;
  }

  /** {@code β·KL'(ρ̂ⱼ)/n} of each unit, times the size of the batch. */
  private INDArray rateGradient(INDArray a) {
    double rho = layerConf().getRho();
    double[] slopes = rates(a);
    for (int j = 0; j < slopes.length; j++) {
      double slope = (1 - rho) / (1 - slopes[j]) - rho / slopes[j];
      slopes[j] = layerConf().getBeta() * slope * input.size(0) / a.size(0);
    }
    return Nd4j.createFromArray(slopes).castTo(a.dataType());
  }

  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    return penalty;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clearNoiseWeightParams() {
    // no weights
  }
}
