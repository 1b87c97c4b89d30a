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
 * An {@link ActivityRegularization} at work. DL4J divides gradients by the batch size later, so the
 * penalty's gradient {@code l1·sign(a)} is added as it stands; its score is the mean over the
 * batch.
 */
public final class ActivityRegularizationRuntime extends AbstractLayer<ActivityRegularization> {
  private transient double penalty;

  /** DL4J's own way of making layers; users configure an {@link ActivityRegularization}. */
  public ActivityRegularizationRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    penalty = layerConf().getL1() * input.norm1Number().doubleValue() / input.size(0);
    return workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, input);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    INDArray sum;
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      sum = Transforms.sign(input, true).muli(layerConf().getL1()).addi(epsilon);
    }
    return new Pair<>(new DefaultGradient(), workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, sum));
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
