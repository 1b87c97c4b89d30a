package io.github.sae4j.layer;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.dictionary.FlatParameters;
import io.github.sae4j.dictionary.SaeParameters;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.NotFiniteException;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.nd4j.NdEngine;
import io.github.sae4j.nd4j.NdTensor;
import io.github.sae4j.variant.LossTerms;
import io.github.sae4j.variant.Objective;
import io.github.sae4j.variant.ParameterLayout;
import io.github.sae4j.variant.Variant;
import io.github.sae4j.variant.Weights;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
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
 * Runtime of a {@link SaeLayer}. The maths is in {@link Objective}; this class adapts it to DL4J:
 * views of flat arrays, workspaces, gradients as sums over the batch, scores as means. Like DL4J's
 * own layers, it supports one thread at a time; for several, use {@link #toSparseAutoencoder} or
 * DL4J's {@code ParallelInference}.
 */
public final class SaeLayerRuntime extends BaseLayer<SaeLayer> {
  private static final StackWalker CALLERS =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
  private static final int NEAR = 8; // maximum number of frames of wrappers in between

  private final transient NdEngine engine;
  private final transient Objective objective;
  private final transient PretrainStep unsupervised;
  private final transient BackpropStep inNetwork;
  private transient Variant variant;
  private transient int examples; // batch size of the network; unknown in a graph
  private transient double clipNorm; // 0 for never
  private transient INDArray clean; // input of unsupervised training before dropout

  /** Called by DL4J; users configure a {@link SaeLayer}. */
  public SaeLayerRuntime(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
    SaeLayer sae = (SaeLayer) conf.getLayer();
    this.engine = NdEngine.forType(dataType, sae.getPrecision());
    this.objective = new Objective(engine);
    this.variant = sae.getVariant();
    this.unsupervised = new PretrainStep(sae, engine, objective);
    this.inNetwork = new BackpropStep(sae, engine, objective);
  }

  /** Returns the current variant: the configured one, or the last one set by a schedule. */
  public Variant variant() {
    return variant;
  }

  /** Changes the variant's settings during training, for a schedule of k, λ or β. */
  public void setVariant(Variant variant) {
    variant.requireFits(parameters().nLatents());
    if (!variant.extras().equals(this.variant.extras())) {
      throw new IllegalArgumentException(
          "a layer with variant %s lacks the parameters of %s"
              .formatted(this.variant.name(), variant.name()));
    }
    this.variant = variant;
  }

  /** Returns the layer's own parameters; writing to them changes the layer. */
  public SaeParameters parameters() {
    if (paramsFlattened.wasClosed()) {
      throw new IllegalStateException("the network of this layer was closed " + layerId());
    }
    return FlatParameters.of(layerConf().layout(), params);
  }

  /**
   * Returns the loss of the last step of unsupervised training; empty before the first. Its codes
   * are valid until the next step.
   */
  public Optional<LossTerms> lastLoss() {
    return unsupervised.lastLoss();
  }

  /**
   * Sets a transcoder's target for the next input of unsupervised training.
   *
   * @param target {@code [batch, targetWidth]}, with a row per position for a time series or
   *     feature maps ({@link Positions}); not copied
   */
  public void setTarget(INDArray target) {
    unsupervised.setTarget(target);
  }

  /** Returns when each latent last fired during unsupervised training. */
  public DeadLatents deadLatents() {
    return unsupervised.deadLatents();
  }

  /** Returns a copy of the layer in its current state, for use without DL4J. */
  public SparseAutoencoder toSparseAutoencoder() {
    return new SparseAutoencoder(parameters().copy(), variant);
  }

  /** Frees native memory other than the parameters; the next step allocates it again. */
  public void release() {
    engine.release();
  }

  /**
   * Copies parameters laid out like this layer's. DL4J's own implementation reads each array in
   * column-major order, which W_dec is not.
   */
  @Override
  public void setParams(INDArray given) {
    INDArray own = paramsFlattened;
    if (given.length() != own.length()) {
      throw new IllegalArgumentException(
          "expected %d parameters, got %d %s".formatted(own.length(), given.length(), layerId()));
    }
    if (given != own) {
      own.assign(given.reshape(own.shape()));
    }
  }

  @Override
  public boolean isPretrainLayer() {
    return true;
  }

  /**
   * Takes a step; with dropout, the target is the input before dropout, as in a denoising
   * autoencoder.
   */
  @Override
  public void fit(INDArray given, LayerWorkspaceMgr workspaceMgr) {
    requireInputOfThisLayer();
    clean = layerConf().getIDropout() == null ? null : given;
    super.fit(given, workspaceMgr);
    clean = null;
  }

  /**
   * DL4J 1.0.0-M2.1's {@code MultiLayerNetwork.pretrainLayer} passes the network's input to layers
   * after the first, which cannot be told apart from the layer's own input if both have the same
   * width.
   */
  private void requireInputOfThisLayer() {
    if (getIndex() > 0 && CALLERS.walk(SaeLayerRuntime::arePretrainLayer)) {
      throw new IllegalStateException(
          ("DL4J's pretrain passes the network's input to layers after the first; train this one with"
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
      requireFinite(result.loss().total());
      result.gradients().write(engine, parameters().weights(), gradients.weights());
      result.gradients().release(result.loss().codes());
      projectDecoderGradient(gradients);
      if (where.count() != where.examples()) {
        // averaged over rows, whereas DL4J divides by the number of examples
        gradientsFlattened.muli((double) where.examples() / where.count());
      }
      clipGradient(where.examples());
      score += result.loss().total();
    }
    gradient = wholeGradient();
  }

  /**
   * Takes one full step of unsupervised training with Adam, without DL4J's updater: the gradient of
   * a weight is used while in cache and never stored (docs/adr/0004-adam-in-one-pass.md).
   * Equivalent, up to rounding, to {@link #computeGradientAndScore}, DL4J's Adam and {@link
   * #applyConstraints} in turn.
   *
   * @param x {@code [rows, nIn]}
   * @param moments Adam's state, changed by the step
   */
  public LossTerms adamStep(INDArray x, AdamMoments moments, AdamStep step) {
    return adamStep(x, moments, step, 0);
  }

  /**
   * Like {@link #adamStep(INDArray, AdamMoments, AdamStep)}, with the gradient scaled down if its
   * norm exceeds {@code clipNorm}; 0 turns clipping off. The norm is that of all gradients
   * together, times the step's gradientScale, without the components along unit-norm decoder rows.
   */
  public LossTerms adamStep(INDArray x, AdamMoments moments, AdamStep unclipped, double clipNorm) {
    LossTerms loss = unsupervised.adamStep(x, parameters(), variant, moments, unclipped, clipNorm);
    score = loss.total();
    return loss;
  }

  /**
   * Makes {@link #computeGradientAndScore} scale the gradient down if the norm of its mean over the
   * batch is larger; 0 turns clipping off. DL4J's own clipping sums the norm in an order that
   * depends on the number of threads.
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

  /**
   * Returns reconstructions of a batch with the current parameters, {@code [rows, nIn]}, in a new
   * array.
   */
  public INDArray reconstruct(INDArray x) {
    Weights weights = parameters().weights();
    Codes codes = objective.inference(NdTensor.of(x), weights, variant).only(engine);
    Tensor reconstruction = objective.decode(codes, NdTensor.of(x), weights);
    codes.release();
    return NdTensor.array(reconstruction);
  }

  /** Returns the activations per row of a batch {@code [rows, nIn]}, encoded as in inference. */
  public double l0(INDArray x) {
    Codes codes = objective.inference(NdTensor.of(x), parameters().weights(), variant).only(engine);
    double l0 = variant.l0(codes, engine).get();
    codes.release();
    return l0;
  }

  /**
   * Returns views of the parts of an array that is laid out like the parameters.
   *
   * @param flat array of any shape with as many values as parameters
   */
  public SaeParameters parts(INDArray flat) {
    ParameterLayout layout = layerConf().layout();
    return FlatParameters.of(layout, FlatParameters.cut(layout, flat));
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

  /** Adds the layer's name to exceptions that name only row and latent. */
  private <T> T named(Supplier<T> work) {
    try {
      return work.get();
    } catch (NotFiniteException e) {
      throw new NotFiniteException(e.getMessage() + " " + layerId());
    }
  }

  /** Throws before a step that would make all parameters non-finite. */
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

  /**
   * Receives the network's batch size, since an earlier layer may have turned the steps of a series
   * into rows.
   */
  @Override
  public void setInputMiniBatchSize(int size) {
    examples = size;
  }

  /** Returns {@code 'f'} (column-major), which DL4J's recurrent layers require. */
  private char order() {
    return input.rank() == 3 ? 'f' : 'c';
  }

  /**
   * Returns the regularization of the parameters (L1, L2, …) plus the layer's own losses of the
   * last activations.
   */
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
    variant.afterStep(parameters().weights(), engine);
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
    return FlatParameters.of(layerConf().layout(), gradientViews);
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
          "SaeLayer expects [batch, %d], with any steps or positions %s the width, got %s %s"
              .formatted(
                  layerConf().getNIn(),
                  last ? "before" : "after",
                  Arrays.toString(input.shape()),
                  layerId()));
    }
    return Positions.of(input, last, maskArray);
  }
}
