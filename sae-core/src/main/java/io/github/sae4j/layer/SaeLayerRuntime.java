package io.github.sae4j.layer;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.variant.AdamOptimizer;
import io.github.sae4j.variant.Forward;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.SparsityPenalty;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A {@link SaeLayer} at work. All maths is in {@link Objective}; this class speaks DL4J: views of
 * flat arrays, workspaces, gradients as sums over the batch, scores as means.
 */
public final class SaeLayerRuntime extends BaseLayer<SaeLayer> {
  private final transient Engine engine;
  private final transient Objective objective;
  private final transient DeadLatents deadLatents;
  private transient Variant variant;
  private transient Forward forward;
  private transient SparsityPenalty penalty = SparsityPenalty.NONE;
  private transient LossTerms lastLoss;
  private transient INDArray target;

  /** DL4J's own way of making layers; users configure a {@link SaeLayer}. */
  public SaeLayerRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    SaeLayer sae = (SaeLayer) conf.getLayer();
    this.engine = Engine.forType(dataType, sae.getPrecision());
    this.objective = new Objective(engine);
    this.variant = sae.getVariant();
    this.deadLatents =
        new DeadLatents(Math.toIntExact(sae.getNLatents()), sae.getDeadAfterTokens());
  }

  /** The variant in force: the configured one, or what a schedule has set since. */
  public Variant variant() {
    return variant;
  }

  /** Changes the variant's settings in mid-training: a schedule of k, λ or β. */
  public void setVariant(Variant variant) {
    variant.requireFits(parameters().nLatents());
    if (!variant.extras().equals(this.variant.extras())) {
      throw new IllegalArgumentException(
          "a layer of %s has no parameters for %s".formatted(this.variant.name(), variant.name()));
    }
    this.variant = variant;
  }

  /** The parameters themselves: writing to them changes the layer. */
  public SaeParameters parameters() {
    return layerConf().layout().parameters(params);
  }

  /**
   * The loss of the last step of unsupervised training; null before the first. Its codes are good
   * until the next step.
   */
  public LossTerms lastLoss() {
    return lastLoss;
  }

  /**
   * What a transcoder is to put out for the next input of unsupervised training.
   *
   * @param target {@code [batch, targetWidth]}; not copied
   */
  public void setTarget(INDArray target) {
    if (!layerConf().getForm().isTranscoder()) {
      throw new IllegalStateException("an autoencoder's target is its input " + layerId());
    }
    if (target.rank() != 2 || target.size(1) != layerConf().getTargetWidth()) {
      throw new DL4JInvalidInputException(
          "the target must be [batch, %d], got %s %s"
              .formatted(layerConf().getTargetWidth(), Arrays.toString(target.shape()), layerId()));
    }
    this.target = target;
  }

  /** What fired when, over the steps of unsupervised training. */
  public DeadLatents deadLatents() {
    return deadLatents;
  }

  /** A copy of the layer as it is now, for use without DL4J. */
  public SparseAutoencoder toSparseAutoencoder() {
    return new SparseAutoencoder(parameters().copy(), variant);
  }

  /** Frees native memory beside the parameters; the next step would take it again. */
  public void release() {
    engine.release();
  }

  /**
   * Copies parameters that lie as this layer's do. DL4J's own way reads each array as if it lay
   * column after column, which W_dec does not.
   */
  @Override
  public void setParams(INDArray given) {
    INDArray own = paramsFlattened;
    if (given.length() != own.length()) {
      throw new IllegalArgumentException(
          "%d parameters are needed, got %d %s".formatted(own.length(), given.length(), layerId()));
    }
    if (given != own) {
      own.assign(given.reshape(own.shape()));
    }
  }

  @Override
  public boolean isPretrainLayer() {
    return true;
  }

  @Override
  public void computeGradientAndScore(LayerWorkspaceMgr workspaceMgr) {
    INDArray x = matrixInput(true);
    SaeParameters gradients = gradients();
    Objective.Result result = evaluate(x);
    result.gradients().write(engine, parameters(), gradients);
    result.gradients().release(lastLoss.codes());
    projectDecoderGradient(gradients);
    gradient = wholeGradient();
    score = lastLoss.total() + super.calcRegularizationScore(false);
  }

  /**
   * One whole step of unsupervised training with Adam, without DL4J's updater: the gradient of a
   * weight is used while it is in cache, and never written down
   * (docs/adr/0004-adam-in-one-pass.md). Does what {@link #computeGradientAndScore}, DL4J's Adam
   * and {@link #applyConstraints} do one after another, up to rounding.
   *
   * @param x {@code [rows, nIn]}
   * @param moments Adam's state, changed by the step
   */
  public LossTerms adamStep(INDArray x, AdamMoments moments, AdamStep step) {
    return adamStep(x, moments, step, 0);
  }

  /**
   * {@link #adamStep(INDArray, AdamMoments, AdamStep)} with the gradient scaled down where its norm
   * is larger than {@code clipNorm}; 0 for never. It is the norm of all gradients together, times
   * the step's gradientScale, after those of unit decoder rows have lost their part along the row.
   */
  public LossTerms adamStep(INDArray x, AdamMoments moments, AdamStep unclipped, double clipNorm) {
    Objective.Result result = evaluate(x);
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      boolean unitNorm = layerConf().isUnitNormDecoder();
      AdamStep step =
          clipNorm == 0
              ? unclipped
              : unclipped.clipped(
                  clipNorm, result.gradients().squaredNorm(engine, parameters(), unitNorm));
      new AdamOptimizer(engine, moments.mean(layerConf()), moments.variance(layerConf()), unitNorm)
          .step(parameters(), result.gradients(), step);
      result.gradients().release(lastLoss.codes());
    }
    variant.afterStep(parameters());
    score = lastLoss.total();
    return lastLoss;
  }

  /** Reconstructions of a batch as the layer is now, {@code [rows, nIn]}: a new array. */
  public INDArray reconstruct(INDArray x) {
    Codes codes = objective.inference(x, parameters(), variant).only();
    INDArray reconstruction = objective.decode(codes, x, parameters());
    codes.release();
    return reconstruction;
  }

  /**
   * The parts of an array of as many numbers as there are parameters, in their order: views.
   *
   * @param flat of any shape
   */
  public SaeParameters parts(INDArray flat) {
    ParameterLayout layout = layerConf().layout();
    return layout.parameters(layout.cut(flat));
  }

  private Objective.Result evaluate(INDArray x) {
    if (lastLoss != null) {
      lastLoss.codes().release();
    }
    Objective.Result result =
        objective.evaluate(x, takeTarget(x), parameters(), variant, deadLatents.dead());
    lastLoss = result.loss();
    deadLatents.update(lastLoss.codes());
    return result;
  }

  private INDArray takeTarget(INDArray x) {
    if (!layerConf().getForm().isTranscoder()) {
      return x;
    }
    if (target == null || target.size(0) != x.size(0)) {
      throw new IllegalStateException(
          "a transcoder learns from the target that setTarget gave it: there are %d rows, got %s %s"
              .formatted(
                  x.size(0), target == null ? "no target" : target.size(0) + " rows", layerId()));
    }
    INDArray taken = target.castTo(dataType);
    target = null;
    return taken;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    INDArray x = matrixInput(false);
    applyDropOutIfNecessary(training, workspaceMgr);
    SaeParameters p = parameters();
    Forward pass = training ? objective.forward(x, p, variant) : objective.inference(x, p, variant);
    penalty = objective.penalty(pass, p, variant);
    forward = training ? pass : null;
    INDArray result;
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      result =
          layerConf().getOutput() == SaeLayer.Output.LATENTS
              ? pass.codes().toDense()
              : objective.decode(pass.codes(), x, p);
      if (maskArray != null) {
        applyMask(result);
      }
    }
    return workspaceMgr.dup(ArrayType.ACTIVATIONS, result);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    if (forward == null) {
      throw new IllegalStateException("backpropGradient needs activate(true, …) before it");
    }
    INDArray dInput;
    SaeParameters gradients = gradients();
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray dOutput = epsilon.castTo(dataType).dup('c');
      if (maskArray != null) {
        applyMask(dOutput);
      }
      boolean latents = layerConf().getOutput() == SaeLayer.Output.LATENTS;
      Objective.Backward backward =
          objective.backward(
              forward,
              parameters(),
              variant,
              latents ? null : dOutput,
              latents ? dOutput : null,
              penalty);
      backward.gradients().write(engine, parameters(), gradients);
      backward.gradients().release(forward.codes());
      dInput = backward.dInput();
      projectDecoderGradient(gradients);
    }
    forward = null;
    INDArray dPrevious = workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, dInput);
    return new Pair<>(wholeGradient(), backpropDropOutIfPresent(dPrevious));
  }

  /** The L1, L2, … of the parameters, and the sparsity penalty of the last activations. */
  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    return super.calcRegularizationScore(backpropParamsOnly) + penalty.value();
  }

  @Override
  public void applyConstraints(int iteration, int epoch) {
    super.applyConstraints(iteration, epoch);
    if (layerConf().isUnitNormDecoder()) {
      engine.normaliseRows(parameters().wDec());
    }
    variant.afterStep(parameters());
  }

  @Override
  public void clearNoiseWeightParams() {
    weightNoiseParams.clear();
  }

  private void projectDecoderGradient(SaeParameters gradients) {
    if (layerConf().isUnitNormDecoder()) {
      engine.projectRows(gradients.wDec(), parameters().wDec());
    }
  }

  private SaeParameters gradients() {
    return layerConf().layout().parameters(gradientViews);
  }

  private Gradient wholeGradient() {
    Gradient whole = new DefaultGradient(gradientsFlattened);
    for (Map.Entry<String, INDArray> part : gradientViews.entrySet()) {
      whole.setGradientFor(part.getKey(), part.getValue());
    }
    return whole;
  }

  private INDArray matrixInput(boolean forBackprop) {
    assertInputSet(forBackprop);
    if (input.rank() != 2 || input.size(1) != layerConf().getNIn()) {
      throw new DL4JInvalidInputException(
          "SaeLayer expects [batch, %d], got %s %s"
              .formatted(layerConf().getNIn(), Arrays.toString(input.shape()), layerId()));
    }
    return input.castTo(dataType);
  }
}
