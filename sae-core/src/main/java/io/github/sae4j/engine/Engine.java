package io.github.sae4j.engine;

import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.cpu.RowVectors;
import io.github.sae4j.product.Precision;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Computes the five primitives that make up the forward and backward pass of every variant, with
 * the related sums over a batch and operations on decoder rows. {@code W_enc} is {@code [nIn,
 * nLatents]} in f-order and {@code W_dec} {@code [nLatents, nIn]} in c-order, so a latent's weights
 * are contiguous in both.
 *
 * <p>Results are new arrays outside any workspace. Engines are thread-safe: calls run concurrently,
 * except for training calls that share scratch memory, which run one at a time.
 */
public sealed interface Engine permits Nd4jEngine, HostEngine {

  /** Returns the engine for parameters of this type on the loaded backend. */
  static Engine forType(DataType type) {
    return forType(type, Precision.FLOAT32);
  }

  /**
   * Returns the engine for parameters of this type on the loaded backend.
   *
   * @param precision precision of the encoder's product
   * @throws IllegalArgumentException if the backend does not support that precision
   */
  static Engine forType(DataType type, Precision precision) {
    if (type == DataType.FLOAT && HostEngine.isAvailable()) {
      return new HostEngine(precision);
    }
    if (precision != Precision.FLOAT32) {
      throw new IllegalArgumentException(
          "precision %s needs float parameters and ND4J's CPU backend, got %s on %s"
              .formatted(precision, type, Nd4j.getBackend().getClass().getSimpleName()));
    }
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new IllegalArgumentException("parameters must be FLOAT or DOUBLE, got " + type);
    }
    return new Nd4jEngine();
  }

  /**
   * Frees native memory kept between calls, after waiting for calls that use it. The next call
   * allocates it again.
   */
  default void release() {}

  /**
   * Promises that an encoder's weights do not change until {@link #release}, so the engine may keep
   * a copy that is faster to multiply with. Only one encoder can be frozen at a time.
   *
   * @param wEnc the same object that is passed to {@link #encode} and {@link #affine}
   */
  default void freeze(INDArray wEnc) {}

  /**
   * Returns the pre-activations {@code x·W_enc + b_enc}.
   *
   * @param x {@code [rows, nIn]}, already centred
   * @param bEnc {@code [nLatents]}
   * @return {@code [rows, nLatents]}
   */
  INDArray affine(INDArray x, INDArray wEnc, INDArray bEnc);

  /**
   * Selects codes from pre-activations {@code [rows, nLatents]}.
   *
   * @throws NotFiniteException if a pre-activation is not a number; dense rules ({@link
   *     Selection#takesEvery}) do not check
   * @throws IllegalArgumentException if k exceeds the number of latents, or the number of
   *     thresholds differs from it
   */
  Codes select(INDArray preActivations, Selection rule);

  /**
   * Combines {@link #affine} and {@link #select}, once per rule; engines may avoid storing the
   * whole matrix of pre-activations.
   */
  default List<Codes> encode(INDArray x, INDArray wEnc, INDArray bEnc, List<Selection> rules) {
    try (INDArray pre = affine(x, wEnc, bEnc)) {
      return rules.stream().map(rule -> select(pre, rule)).toList();
    }
  }

  /**
   * Returns {@code codes·W}, {@code [rows, width]}, for {@code W} {@code [nLatents, width]} in
   * c-order.
   */
  INDArray decode(Codes codes, INDArray w);

  /**
   * Returns {@code y·Wᵀ} only at the positions of {@code at}, for {@code y} {@code [rows, width]}.
   */
  Codes sampledProduct(INDArray y, INDArray w, Codes at);

  /**
   * Computes {@code codesᵀ·y}, {@code [nLatents, width]}.
   *
   * @param out receives the product, c-ordered
   * @param add whether to add to {@code out} instead of overwriting it
   */
  void accumulate(Codes codes, INDArray y, INDArray out, boolean add);

  /**
   * Computes the error of codes against a target and the {@link #sampledProduct} of the error.
   *
   * @param w {@code [nLatents, width]} in c-order
   * @param bias {@code [width]}; null for none
   * @param target {@code [rows, width]}
   * @param weights {@code [nLatents]}, added to the products of each latent; null for none
   */
  default Residual residual(
      Codes codes, INDArray w, INDArray bias, INDArray target, INDArray weights) {
    INDArray error = residualError(codes, w, bias, target);
    Codes products = sampledProduct(error, w, codes);
    return new Residual(
        error,
        weights == null ? products : products.plus(codes.weights(weights)),
        OrderedSums.squares(error));
  }

  /** Returns {@code codes·W + bias − target}, {@code [rows, width]}; a null bias counts as 0. */
  default INDArray residualError(Codes codes, INDArray w, INDArray bias, INDArray target) {
    INDArray error = decode(codes, w);
    if (bias != null) {
      RowVectors.addTo(error, bias);
    }
    return error.subi(target);
  }

  /**
   * Writes out a factored gradient as a matrix.
   *
   * @param w the matrix that was differentiated
   * @param out receives the gradient, {@code [nLatents, width]}, c-ordered
   */
  default void write(FactoredGradient gradient, INDArray w, INDArray out) {
    boolean add = false;
    for (FactoredGradient.Term term : gradient.terms()) {
      Codes codes = term.scale() == 1 ? term.codes() : term.codes().times(term.scale());
      accumulate(codes, term.y(), out, add);
      add = true;
    }
    if (!add) {
      out.assign(0);
    }
    if (gradient.along() != null) {
      gradient.along().addTo(out, w);
    }
  }

  /**
   * Applies a step of Adam to a matrix.
   *
   * @param w {@code [nLatents, width]}, c-ordered, changed in place
   * @param mean Adam's m, of the same shape, changed in place
   * @param variance Adam's v, of the same shape, changed in place
   * @param unitNorm whether rows are kept at norm 1: the gradient's component along each row is
   *     removed before the step, and the row is rescaled after it ({@link #projectRows}, {@link
   *     #normaliseRows})
   */
  default void adam(
      INDArray w,
      INDArray mean,
      INDArray variance,
      FactoredGradient gradient,
      AdamStep step,
      boolean unitNorm) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray g = Nd4j.createUninitialized(w.dataType(), w.shape(), 'c');
      write(gradient, w, g);
      if (unitNorm) {
        projectRows(g, w);
      }
      adam(w, mean, variance, g, step);
      if (unitNorm) {
        normaliseRows(w);
      }
    }
  }

  /**
   * Returns the squared Frobenius norm of a gradient, for clipping by the global norm; {@link
   * AdamStep#gradientScale} then scales the gradients.
   *
   * @param w the matrix that was differentiated, {@code [nLatents, width]}, c-ordered
   * @param unitNorm whether to remove the gradient's component along each row first, as {@link
   *     #adam(INDArray, INDArray, INDArray, FactoredGradient, AdamStep, boolean)} does
   */
  default double squaredNorm(FactoredGradient gradient, INDArray w, boolean unitNorm) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray g = Nd4j.createUninitialized(w.dataType(), w.shape(), 'c')) {
      write(gradient, w, g);
      if (unitNorm) {
        projectRows(g, w);
      }
      return OrderedSums.squares(g);
    }
  }

  /** Applies a step of Adam to an array of any shape with a gradient of the same shape. */
  default void adam(
      INDArray w, INDArray mean, INDArray variance, INDArray gradient, AdamStep step) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray g = gradient.mul(step.gradientScale());
      mean.muli(step.beta1()).addi(g.mul(1 - step.beta1()));
      variance.muli(step.beta2()).addi(g.mul(g).muli(1 - step.beta2()));
      INDArray root = Transforms.sqrt(variance, true).addi(step.epsilon());
      w.subi(mean.mul(step.rate()).divi(root));
    }
  }

  /** Returns the sum of the codes over the rows, {@code [nLatents]}. */
  INDArray latentSums(Codes codes);

  /** Returns the sum of a matrix over its rows, {@code [width]}. */
  INDArray columnSums(INDArray y);

  /** Returns the norm of each row of a c-ordered matrix. */
  INDArray rowNorms(INDArray w);

  /** Returns {@code Σₗ vₗ·w[l]}, {@code [width]}, for {@code v} {@code [nLatents]}. */
  INDArray combineRows(INDArray v, INDArray w);

  /**
   * Removes from each row of {@code gradient} its component along the corresponding row of {@code
   * w}, which must have norm 1: {@code gᵢ −= (gᵢ·wᵢ)·wᵢ}, in place; both {@code [nLatents, width]},
   * c-ordered.
   */
  void projectRows(INDArray gradient, INDArray w);

  /** Scales each row of a c-ordered matrix to norm 1, in place; a zero row stays zero. */
  void normaliseRows(INDArray w);
}
