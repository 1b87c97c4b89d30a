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
import org.nd4j.linalg.factory.Broadcast;
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
      INDArray a = unmasked();
      ActivityRegularization conf = layerConf();
      double sums = 0;
      if (conf.getL1() > 0) {
        sums += conf.getL1() * a.norm1Number().doubleValue();
      }
      if (conf.getL2() > 0) {
        double norm = a.norm2Number().doubleValue();
        sums += conf.getL2() * norm * norm;
      }
      penalty = sums / input.size(0);
      if (conf.getBeta() > 0) {
        double rho = conf.getRho();
        for (double rate : rates(a)) {
          penalty +=
              conf.getBeta()
                  * (rho * Math.log(rho / rate) + (1 - rho) * Math.log((1 - rho) / (1 - rate)));
        }
      }
    }
    return workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, input);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    INDArray sum;
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      ActivityRegularization conf = layerConf();
      INDArray a = unmasked();
      sum = epsilon.dup();
      if (conf.getL1() > 0) {
        sum.addi(Transforms.sign(a, true).muli(conf.getL1()));
      }
      if (conf.getL2() > 0) {
        sum.addi(a.mul(2 * conf.getL2()));
      }
      if (conf.getBeta() > 0) {
        sum.addi(rateGradient(a));
      }
    }
    return new Pair<>(new DefaultGradient(), workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, sum));
  }

  /** The activations, 0 at steps that the mask leaves out. */
  private INDArray unmasked() {
    return isMasked() ? Broadcast.mul(input, maskArray, input.dup(), 0, 2) : input;
  }

  private boolean isMasked() {
    return maskArray != null && input.rank() == 3;
  }

  /** How many values a unit's rate is the mean of. */
  private double valuesOfAUnit() {
    return isMasked()
        ? maskArray.sumNumber().doubleValue()
        : (double) input.length() / input.size(1);
  }

  /** Mean of each unit, the second dimension. */
  private double[] rates(INDArray a) {
    INDArray sums = a.rank() == 2 ? a.sum(0) : a.rank() == 3 ? a.sum(0, 2) : a.sum(0, 2, 3);
    double[] rates = sums.toDoubleVector();
    for (int j = 0; j < rates.length; j++) {
      double rate = rates[j] / valuesOfAUnit();
      rates[j] = Math.min(Math.max(rate, SMALLEST_RATE), 1 - SMALLEST_RATE);
    }
    return rates;
  }

  /** {@code β·KL'(ρ̂ⱼ)/n} for each value, times the size of the batch. */
  private INDArray rateGradient(INDArray a) {
    double rho = layerConf().getRho();
    double[] slopes = rates(a);
    for (int j = 0; j < slopes.length; j++) {
      double slope = (1 - rho) / (1 - slopes[j]) - rho / slopes[j];
      slopes[j] = layerConf().getBeta() * slope * input.size(0) / valuesOfAUnit();
    }
    INDArray row = Nd4j.createFromArray(slopes).castTo(input.dataType());
    INDArray everywhere = Nd4j.ones(input.dataType(), input.shape());
    Broadcast.mul(everywhere, row, everywhere, 1);
    return isMasked() ? Broadcast.mul(everywhere, maskArray, everywhere, 0, 2) : everywhere;
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
