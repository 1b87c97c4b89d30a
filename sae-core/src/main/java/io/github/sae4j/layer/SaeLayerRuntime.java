package io.github.sae4j.layer;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Engine;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.SaeParameters;
import io.github.sae4j.variant.Variant;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A {@link SaeLayer} at work. All maths is in {@link Objective}; this class speaks DL4J: views of
 * flat arrays, workspaces, gradients as sums over the batch, scores as means. Like DL4J's own
 * layers for one thread at a time: for many, {@link #toSparseAutoencoder} or DL4J's {@code
 * ParallelInference}.
 */
public final class SaeLayerRuntime extends BaseLayer<SaeLayer> {
  private static final StackWalker CALLERS =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
  private static final int NEAR = 8; // as many frames as wrappers may stand between

  private final transient Engine engine;
  private final transient Objective objective;
  private final transient PretrainStep unsupervised;
  private final transient BackpropStep inNetwork;
  private transient Variant variant;
  private transient int examples; // of the network's batch; a graph does not say
  private transient double clipNorm; // 0 for never
  private transient INDArray clean; // input of unsupervised training before dropout

  /** DL4J's own way of making layers; users configure a {@link SaeLayer}. */
  public SaeLayerRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    SaeLayer sae = (SaeLayer) conf.getLayer();
    this.engine = Engine.forType(dataType, sae.getPrecision());
    this.objective = new Objective(engine);
    this.variant = sae.getVariant();
    this.unsupervised = new PretrainStep(sae, engine, objective);
    this.inNetwork = new BackpropStep(sae, engine, objective);
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
    if (paramsFlattened.wasClosed()) {
      throw new IllegalStateException("the network of this layer was closed " + layerId());
    }
    return layerConf().layout().parameters(params);
  }

  /**
   * The loss of the last step of unsupervised training; null before the first. Its codes are good
   * until the next step.
   */
  public LossTerms lastLoss() {
    return unsupervised.lastLoss();
  }

  /**
   * What a transcoder is to put out for the next input of unsupervised training.
   *
   * @param target {@code [batch, targetWidth]}, of a time series or feature maps a row for each
   *     position ({@link Positions}); not copied
   */
  public void setTarget(INDArray target) {
    unsupervised.setTarget(target);
  }

  /** What fired when, over the steps of unsupervised training. */
  public DeadLatents deadLatents() {
    return unsupervised.deadLatents();
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

  /** With dropout it learns to reconstruct what was not dropped: a denoising autoencoder. */
  @Override
  public void fit(INDArray given, LayerWorkspaceMgr workspaceMgr) {
    requireInputOfThisLayer();
    clean = layerConf().getIDropout() == null ? null : given;
    super.fit(given, workspaceMgr);
    clean = null;
  }

  /**
   * DL4J 1.0.0-M2.1's {@code MultiLayerNetwork.pretrainLayer} hands layers past the first the
   * network's input, which cannot be told from the layer's own input where both have the same
   * width.
   */
  private void requireInputOfThisLayer() {
    if (getIndex() > 0 && CALLERS.walk(SaeLayerRuntime::arePretrainLayer)) {
      throw new IllegalStateException(
          ("DL4J's pretrain gives layers past the first the network's input; train this one by"
                  + " LayerPretraining.pretrain(network, %d, iterator, epochs) %s")
              .formatted(getIndex(), layerId()));
    }
  }

  private static boolean arePretrainLayer(Stream<StackWalker.StackFrame> callers) {
    return callers
        .limit(NEAR)
        .anyMatch(
            caller ->
                caller.getDeclaringClass() == MultiLayerNetwork.class
                    && caller.getMethodName().equals("pretrainLayer"));
  }

  @Override
  public void computeGradientAndScore(LayerWorkspaceMgr workspaceMgr) {
    Positions where = requirePositions(true);
    score = super.calcRegularizationScore(false);
    if (where.count() == 0) {
      gradientsFlattened.assign(0);
    } else {
      INDArray x = where.rows(input.castTo(dataType));
      SaeParameters gradients = gradients();
      INDArray target = clean == null ? x : where.rows(clean.castTo(dataType));
      Objective.Result result =
          named(() -> unsupervised.evaluate(x, target, parameters(), variant));
      requireFinite(lastLoss().total());
      result.gradients().write(engine, parameters(), gradients);
      result.gradients().release(lastLoss().codes());
      projectDecoderGradient(gradients);
      if (where.count() != where.examples()) {
        // a mean over rows, where DL4J divides by the number of examples
        gradientsFlattened.muli((double) where.examples() / where.count());
      }
      clipGradient(where.examples());
      score += lastLoss().total();
    }
    gradient = wholeGradient();
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
    LossTerms loss = unsupervised.adamStep(x, parameters(), variant, moments, unclipped, clipNorm);
    score = loss.total();
    return loss;
  }

  /**
   * Has {@link #computeGradientAndScore} scale the gradient down where its norm, as a mean over the
   * batch, is larger; 0 for never. DL4J's own clipping sums up the norm in an order that depends on
   * the number of threads.
   */
  public void setClipNorm(double norm) {
    this.clipNorm = norm;
  }

  private void clipGradient(int examples) {
    if (clipNorm > 0) {
      double norm = Math.sqrt(OrderedSums.squares(gradientsFlattened)) / examples;
      if (norm > clipNorm) {
        gradientsFlattened.muli(clipNorm / norm);
      }
    }
  }

  /** Reconstructions of a batch as the layer is now, {@code [rows, nIn]}: a new array. */
  public INDArray reconstruct(INDArray x) {
    Codes codes = objective.inference(x, parameters(), variant).only();
    INDArray reconstruction = objective.decode(codes, x, parameters());
    codes.release();
    return reconstruction;
  }

  /** Activations a row of a batch {@code [rows, nIn]}, encoded as where nothing is learnt. */
  public double l0(INDArray x) {
    Codes codes = objective.inference(x, parameters(), variant).only();
    double l0 = variant.l0(codes, engine);
    codes.release();
    return l0;
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

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    applyDropOutIfNecessary(training, workspaceMgr);
    Positions where = requirePositions(false);
    return named(
        () ->
            inNetwork.activate(
                input.castTo(dataType),
                where,
                parameters(),
                variant,
                training,
                result -> workspaceMgr.dup(ArrayType.ACTIVATIONS, result, order())));
  }

  /** The row and the latent are known below, the layer here. */
  private <T> T named(Supplier<T> work) {
    try {
      return work.get();
    } catch (NotFiniteException e) {
      throw new NotFiniteException(e.getMessage() + " " + layerId());
    }
  }

  /** Before a step that would leave no parameter finite. */
  private void requireFinite(double loss) {
    if (!Double.isFinite(loss)) {
      throw new NotFiniteException(
          "the loss is %s: a value of the batch is not finite, or training has diverged %s"
              .formatted(loss, layerId()));
    }
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    SaeParameters gradients = gradients();
    INDArray dPrevious =
        inNetwork.backward(
            input.castTo(dataType),
            epsilon.castTo(dataType),
            parameters(),
            variant,
            gradients,
            dInput -> workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, dInput, order()));
    if (inNetwork.hasRows()) {
      projectDecoderGradient(gradients);
    } else {
      gradientsFlattened.assign(0);
    }
    return new Pair<>(wholeGradient(), backpropDropOutIfPresent(dPrevious));
  }

  /** The network's examples: steps of a series may have become rows before this layer. */
  @Override
  public void setInputMiniBatchSize(int size) {
    examples = size;
  }

  /** That which recurrent layers of DL4J ask for is f. */
  private char order() {
    return input.rank() == 3 ? 'f' : 'c';
  }

  /** The L1, L2, … of the parameters, and the layer's own losses of the last activations. */
  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    return super.calcRegularizationScore(backpropParamsOnly) + inNetwork.loss(examples);
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

  private Positions requirePositions(boolean forBackprop) {
    assertInputSet(forBackprop);
    boolean last = layerConf().isChannelsLast() && input.rank() > 2;
    if (input.rank() < 2 || input.rank() > 4 || input.size(last ? -1 : 1) != layerConf().getNIn()) {
      throw new DL4JInvalidInputException(
          "SaeLayer expects [batch, %d], or steps or positions %s it, got %s %s"
              .formatted(
                  layerConf().getNIn(),
                  last ? "before" : "after",
                  Arrays.toString(input.shape()),
                  layerId()));
    }
    return Positions.of(input, last, maskArray);
  }
}
