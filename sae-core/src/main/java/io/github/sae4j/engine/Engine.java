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
 * How to compute here: the five primitives of which the forward and backward pass of every variant
 * is made, and the sums over a batch and the operations on decoder rows that go with them. {@code
 * W_enc} is {@code [nIn, nLatents]} in f-order and {@code W_dec} {@code [nLatents, nIn]} in
 * c-order, so that in both a latent's weights lie side by side.
 *
 * <p>Results are new arrays outside any workspace. Engines are thread-safe: calls run at the same
 * time, but those of training that share scratch memory, one after another.
 */
public sealed interface Engine permits Nd4jEngine, HostEngine {

  /** The engine for parameters of this type on the backend that is loaded. */
  static Engine forType(DataType type) {
    return forType(type, Precision.FLOAT32);
  }

  /**
   * The engine for parameters of this type on the backend that is loaded.
   *
   * @param precision of the encoder's product
   * @throws IllegalArgumentException if that precision is not to be had there
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
      throw new IllegalArgumentException("parameters are FLOAT or DOUBLE, got " + type);
    }
    return new Nd4jEngine();
  }

  /**
   * Frees native memory that was kept for the next call, which takes it again, once no call that
   * uses it is under way.
   */
  default void release() {}

  /**
   * Promises that an encoder's weights do not change until {@link #release}, so that the engine may
   * keep a copy that is faster to multiply with. Of one encoder at a time.
   *
   * @param wEnc the very object that {@link #encode} and {@link #affine} are given
   */
  default void freeze(INDArray wEnc) {}

  /**
   * Pre-activations {@code x·W_enc + b_enc}.
   *
   * @param x {@code [rows, nIn]}, already centred
   * @param bEnc {@code [nLatents]}
   * @return {@code [rows, nLatents]}
   */
  INDArray affine(INDArray x, INDArray wEnc, INDArray bEnc);

  /**
   * Codes from pre-activations {@code [rows, nLatents]}.
   *
   * @throws NotFiniteException if a pre-activation is not a number; dense rules ({@link
   *     Selection#takesEvery}) do not look
   * @throws IllegalArgumentException if k exceeds the number of latents, or thresholds are not as
   *     many
   */
  Codes select(INDArray preActivations, Selection rule);

  /**
   * {@link #affine} and {@link #select} in one, once for each rule; engines may do it without the
   * whole matrix of pre-activations.
   */
  default List<Codes> encode(INDArray x, INDArray wEnc, INDArray bEnc, List<Selection> rules) {
    try (INDArray pre = affine(x, wEnc, bEnc)) {
      return rules.stream().map(rule -> select(pre, rule)).toList();
    }
  }

  /** {@code codes·W}, {@code [rows, width]}, for {@code W} {@code [nLatents, width]} in c-order. */
  INDArray decode(Codes codes, INDArray w);

  /** {@code y·Wᵀ} at the places of {@code at} only, for {@code y} {@code [rows, width]}. */
  Codes sampledProduct(INDArray y, INDArray w, Codes at);

  /**
   * {@code codesᵀ·y}, {@code [nLatents, width]}.
   *
   * @param out receives the product, c-ordered
   * @param add whether to add to what {@code out} holds
   */
  void accumulate(Codes codes, INDArray y, INDArray out, boolean add);

  /**
   * The error of codes against a target, and {@link #sampledProduct} of it.
   *
   * @param w {@code [nLatents, width]} in c-order
   * @param bias {@code [width]}; null for none
   * @param target {@code [rows, width]}
   * @param weights {@code [nLatents]}, added to the products at the places of each latent; null for
   *     none
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

  /** {@code codes·W + bias − target}, {@code [rows, width]}; without bias where it is null. */
  default INDArray residualError(Codes codes, INDArray w, INDArray bias, INDArray target) {
    INDArray error = decode(codes, w);
    if (bias != null) {
      RowVectors.addTo(error, bias);
    }
    return error.subi(target);
  }

  /**
   * Writes a gradient down.
   *
   * @param w the matrix whose gradient it is
   * @param out receives it, {@code [nLatents, width]}, c-ordered
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
   * A step of Adam on a matrix.
   *
   * @param w {@code [nLatents, width]}, c-ordered, changed in place
   * @param mean Adam's m, of the same shape, changed in place
   * @param variance Adam's v, of the same shape, changed in place
   * @param unitNorm whether rows are kept at norm 1: the gradient's part along a row is taken out
   *     before, and the row scaled back after ({@link #projectRows}, {@link #normaliseRows})
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
   * The squared Frobenius norm of a gradient, for clipping by the norm of all gradients; {@link
   * AdamStep#gradientScale} then scales them.
   *
   * @param w the matrix whose gradient it is, {@code [nLatents, width]}, c-ordered
   * @param unitNorm whether to take out the gradient's part along each row first, as {@link
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

  /** A step of Adam on an array of any shape with a gradient of the same. */
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

  /** Sum of the codes over the rows, {@code [nLatents]}. */
  INDArray latentSums(Codes codes);

  /** Sum of a matrix over its rows, {@code [width]}. */
  INDArray columnSums(INDArray y);

  /** The norm of each row of a c-ordered matrix. */
  INDArray rowNorms(INDArray w);

  /** {@code Σₗ vₗ·w[l]}, {@code [width]}, for {@code v} {@code [nLatents]}. */
  INDArray combineRows(INDArray v, INDArray w);

  /**
   * Takes out of each row of {@code gradient} its part along the row of {@code w}, whose norm is 1:
   * {@code gᵢ −= (gᵢ·wᵢ)·wᵢ}, in place; both {@code [nLatents, width]}, c-ordered.
   */
  void projectRows(INDArray gradient, INDArray w);

  /** Scales each row of a c-ordered matrix to norm 1, in place; a zero row stays zero. */
  void normaliseRows(INDArray w);
}
