package io.github.sae4j.engine;

import java.util.List;

/**
 * Computes the five primitives that make up the forward and backward pass of every variant, with
 * the related sums over a batch and operations on decoder rows. An encoder is given by latents,
 * {@code [nLatents, nIn]}, like the decoder, {@code [nLatents, nOut]}, so a latent's weights are
 * contiguous in both.
 *
 * <p>Tensors and codes belong to the engine that made them. Results are new ones. What a method
 * returns may still be being computed; reading it waits.
 *
 * <p>Engines are thread-safe: calls run concurrently, except for training calls that share scratch
 * memory, which run one at a time.
 */
public sealed interface Engine extends TensorMaths, CodeMaths permits ArrayEngine, DeviceEngine {

  /**
   * Frees memory outside the heap kept between calls, after waiting for calls that use it. The next
   * call allocates it again.
   */
  default void release() {}

  /**
   * Promises that an encoder's weights do not change until {@link #release}, so the engine may keep
   * a copy that is faster to multiply with. Only one encoder can be frozen at a time.
   *
   * @param encoder the same object that is passed to {@link #encode} and {@link #affine}
   */
  default void freeze(Tensor encoder) {}

  /** Begins work whose tensors outlive any workspace of the caller; closing it ends it. */
  default Scope scope() {
    return () -> {};
  }

  /** A span of work. */
  interface Scope extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Returns the pre-activations {@code x·encoderᵀ + b_enc}.
   *
   * @param x {@code [rows, nIn]}, already centred
   * @param encoder {@code [nLatents, nIn]}
   * @param bEnc {@code [nLatents]}
   * @return {@code [rows, nLatents]}
   */
  Tensor affine(Tensor x, Tensor encoder, Tensor bEnc);

  /**
   * Selects codes from pre-activations {@code [rows, nLatents]}.
   *
   * @throws NotFiniteException if a pre-activation is not a number; dense rules ({@link
   *     Selection#takesEvery}) do not check
   * @throws IllegalArgumentException if k exceeds the number of latents, or the number of
   *     thresholds differs from it
   */
  Codes select(Tensor preActivations, Selection rule);

  /**
   * Combines {@link #affine} and {@link #select}, once per rule; engines may avoid storing the
   * whole matrix of pre-activations.
   */
  default List<Codes> encode(Tensor x, Tensor encoder, Tensor bEnc, List<Selection> rules) {
    try (Tensor pre = affine(x, encoder, bEnc)) {
      return rules.stream().map(rule -> select(pre, rule)).toList();
    }
  }

  /** Returns {@code codes·W}, {@code [rows, width]}, for {@code W} {@code [nLatents, width]}. */
  Tensor decode(Codes codes, Tensor w);

  /**
   * Returns {@code y·Wᵀ} only at the positions of {@code at}, for {@code y} {@code [rows, width]}.
   */
  Codes sampledProduct(Tensor y, Tensor w, Codes at);

  /**
   * Computes {@code codesᵀ·y}, {@code [nLatents, width]}.
   *
   * @param out receives the product
   * @param add whether to add to {@code out} instead of overwriting it
   */
  void accumulate(Codes codes, Tensor y, Tensor out, boolean add);

  /**
   * Computes the error of codes against a target and the {@link #sampledProduct} of the error.
   *
   * @param w {@code [nLatents, width]}
   * @param biasOrNull {@code [width]}; null for none
   * @param target {@code [rows, width]}
   * @param weightsOrNull {@code [nLatents]}, added to the products of each latent; null for none
   */
  default Residual residual(
      Codes codes, Tensor w, Tensor biasOrNull, Tensor target, Tensor weightsOrNull) {
    Tensor error = residualError(codes, w, biasOrNull, target);
    Codes products = sampledProduct(error, w, codes);
    return new Residual(
        error,
        weightsOrNull == null ? products : products.plus(codes.weights(weightsOrNull)),
        squares(error));
  }

  /** Returns {@code codes·W + bias − target}, {@code [rows, width]}; a null bias counts as 0. */
  default Tensor residualError(Codes codes, Tensor w, Tensor biasOrNull, Tensor target) {
    Tensor error = decode(codes, w);
    if (biasOrNull != null) {
      addToRows(error, biasOrNull);
    }
    subtract(error, target);
    return error;
  }

  /**
   * Writes out a factored gradient as a matrix.
   *
   * @param w the matrix that was differentiated
   * @param out receives the gradient, {@code [nLatents, width]}
   */
  void write(FactoredGradient gradient, Tensor w, Tensor out);

  /**
   * Applies a step of Adam to a matrix.
   *
   * @param w {@code [nLatents, width]}, changed in place
   * @param mean Adam's m, of the same shape, changed in place
   * @param variance Adam's v, of the same shape, changed in place
   * @param unitNorm whether rows are kept at norm 1: the gradient's component along each row is
   *     removed before the step, and the row is rescaled after it ({@link #projectRows}, {@link
   *     #normaliseRows})
   */
  void adam(
      Tensor w,
      Tensor mean,
      Tensor variance,
      FactoredGradient gradient,
      AdamStep step,
      boolean unitNorm);

  /** Applies a step of Adam to a tensor of any shape with a gradient of the same shape. */
  void adam(Tensor w, Tensor mean, Tensor variance, Tensor gradient, AdamStep step);

  /**
   * Returns the squared Frobenius norm of a gradient, for clipping by the global norm; {@link
   * AdamStep#gradientScale} then scales the gradients.
   *
   * @param w the matrix that was differentiated, {@code [nLatents, width]}
   * @param unitNorm whether to remove the gradient's component along each row first, as {@link
   *     #adam(Tensor, Tensor, Tensor, FactoredGradient, AdamStep, boolean)} does
   */
  Later squaredNorm(FactoredGradient gradient, Tensor w, boolean unitNorm);

  /** Returns the sum of the codes over the rows, {@code [nLatents]}. */
  Tensor latentSums(Codes codes);

  /** Returns the sum of a matrix over its rows, {@code [width]}. */
  Tensor columnSums(Tensor y);

  /** Returns the norm of each row of a matrix, {@code [rows]}. */
  default Tensor rowNorms(Tensor w) {
    return rowNorms(w, 0, w.width());
  }

  /** Returns the norm of the columns {@code [from, to)} of each row, {@code [rows]}. */
  Tensor rowNorms(Tensor w, int from, int to);

  /** Returns {@code Σₗ vₗ·w[l]}, {@code [width]}, for {@code v} {@code [nLatents]}. */
  Tensor combineRows(Tensor v, Tensor w);

  /**
   * Removes from each row of {@code gradient} its component along the corresponding row of {@code
   * w}, which must have norm 1: {@code gᵢ −= (gᵢ·wᵢ)·wᵢ}, in place; both {@code [nLatents, width]}.
   */
  void projectRows(Tensor gradient, Tensor w);

  /** Scales each row of a matrix to norm 1, in place; a zero row stays zero. */
  void normaliseRows(Tensor w);

  /** Scales down each row of a matrix whose norm exceeds {@code largest}, in place. */
  void limitRowNorms(Tensor w, double largest);

  /**
   * Computes a loss that pulls the pre-activations of some latents up to their thresholds, {@code
   * c·Σ ReLU(θ − h)}. Such latents are below their thresholds in nearly every row, so summing over
   * all rows and subtracting those above is exact and needs no {@code [rows, nLatents]} matrix.
   *
   * @param selected pre-activations, among them all that exceed their thresholds
   * @param sums the sum of each latent's pre-activations over all rows, {@code [nLatents]}
   * @param thresholds θ, {@code [nLatents]}
   * @param latents the latents to pull
   * @param coefficient c
   */
  ThresholdPull pullToThresholds(
      Codes selected, Tensor sums, Tensor thresholds, Latents latents, double coefficient);
}
