package io.github.sae4j.layer;

import io.github.sae4j.cpu.RowVectors;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Runtime of an {@link ActivityRegularization}. DL4J later divides gradients by the batch size, so
 * they are added as sums over the batch; the score is a mean.
 */
final class ActivityRegularizationRuntime extends AbstractLayer<ActivityRegularization> {
  private static final double SMALLEST_RATE = 1e-7;

  private transient double penalty;
  private transient int miniBatch; // batch size of the network; unknown in a graph

  /** Called by DL4J; users configure an {@link ActivityRegularization}. */
  public ActivityRegularizationRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    if (!goesByRows()) {
      penalty = sums(input) / examples();
    } else {
      Positions positions = positions();
      INDArray rows = positions.count() == 0 ? null : positions.rows(input);
      penalty = rows == null ? 0 : sums(rows) / examples() + divergence(rows);
    }
    return workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, input);
  }

  /** Returns whether the penalty needs rows: rates and masks do, sums over all values do not. */
  private boolean goesByRows() {
    return layerConf().getBeta() > 0 || (maskArray != null && input.rank() < 5);
  }

  private double sums(INDArray a) {
    double l1 = layerConf().getL1();
    double l2 = layerConf().getL2();
    double norm = l2 > 0 ? a.norm2Number().doubleValue() : 0;
    return (l1 > 0 ? l1 * a.norm1Number().doubleValue() : 0) + l2 * norm * norm;
  }

  private double divergence(INDArray a) {
    double beta = layerConf().getBeta();
    double rho = layerConf().getRho();
    double sum = 0;
    if (beta > 0) {
      for (double rate : rates(a)) {
        sum += rho * Math.log(rho / rate) + (1 - rho) * Math.log((1 - rho) / (1 - rate));
      }
    }
    return beta * sum;
  }

  /**
   * Receives the network's batch size, since an earlier layer may have turned the steps of a series
   * into rows.
   */
  @Override
  public void setInputMiniBatchSize(int size) {
    miniBatch = size;
  }

  private double examples() {
    return miniBatch > 0 ? miniBatch : input.size(0);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    INDArray sum = workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, epsilon);
    if (!goesByRows()) {
      addGradient(input, sum);
    } else {
      Positions positions = positions();
      if (positions.count() > 0) {
        INDArray rows = positions.rows(input);
        INDArray own = Nd4j.zeros(rows.dataType(), rows.shape());
        addGradient(rows, own);
        if (layerConf().getBeta() > 0) {
          RowVectors.addTo(own, rateGradient(rows));
        }
        sum.addi(positions.activations(own, own.dataType(), positions.width()));
      }
    }
    return new Pair<>(new DefaultGradient(), sum);
  }

  private void addGradient(INDArray a, INDArray sum) {
    if (layerConf().getL1() > 0) {
      sum.addi(Transforms.sign(a, true).muli(layerConf().getL1()));
    }
    if (layerConf().getL2() > 0) {
      sum.addi(a.mul(2 * layerConf().getL2()));
    }
  }

  private Positions positions() {
    return Positions.of(input, layerConf().isChannelsLast(), maskArray);
  }

  /** Returns the mean of each unit over the rows. */
  private static double[] rates(INDArray a) {
    double[] rates = a.mean(0).toDoubleVector();
    for (int j = 0; j < rates.length; j++) {
      rates[j] = Math.min(Math.max(rates[j], SMALLEST_RATE), 1 - SMALLEST_RATE);
    }
    return rates;
  }

  /** Returns {@code β·KL'(ρ̂ⱼ)/n} for each unit, multiplied by the batch size. */
  private INDArray rateGradient(INDArray a) {
    double rho = layerConf().getRho();
    double[] slopes = rates(a);
    for (int j = 0; j < slopes.length; j++) {
      double slope = (1 - rho) / (1 - slopes[j]) - rho / slopes[j];
      slopes[j] = layerConf().getBeta() * slope * examples() / a.size(0);
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
