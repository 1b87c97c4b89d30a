package io.github.sae4j.engine;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How to compute here: the five primitives of which the forward and backward pass of every variant
 * is made, and the sums over a batch and the operations on decoder rows that go with them. {@code
 * W_enc} is {@code [nIn, nLatents]} in f-order and {@code W_dec} {@code [nLatents, nIn]} in
 * c-order, so that in both a latent's weights lie side by side.
 *
 * <p>Results are new arrays outside any workspace. An engine keeps scratch memory: it is not
 * thread-safe.
 */
public sealed interface Engine permits Nd4jEngine, HostEngine {

  /** The engine for parameters of this type on the backend that is loaded. */
  static Engine forType(DataType type) {
    return type == DataType.FLOAT && HostEngine.isAvailable() ? new HostEngine() : new Nd4jEngine();
  }

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
   * @throws IllegalArgumentException if k exceeds the number of latents
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

  /** Sum of the codes over the rows, {@code [nLatents]}. */
  INDArray latentSums(Codes codes);

  /** Sum of a matrix over its rows, {@code [width]}. */
  INDArray columnSums(INDArray y);

  /**
   * Takes out of each row of {@code gradient} its part along the row of {@code w}, whose norm is 1:
   * {@code gᵢ −= (gᵢ·wᵢ)·wᵢ}, in place; both {@code [nLatents, width]}, c-ordered.
   */
  void projectRows(INDArray gradient, INDArray w);

  /** Scales each row of a c-ordered matrix to norm 1, in place; a zero row stays zero. */
  void normaliseRows(INDArray w);
}
