package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.ColumnVectors;
import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.ArrayEngine;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.engine.ThresholdPull;
import io.github.sae4j.product.Precision;
import java.util.BitSet;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * An engine on arrays of ND4J, with methods on the arrays themselves beside those on tensors.
 * Results are arrays outside any workspace. In these methods, an encoder is {@code [nIn, nLatents]}
 * in f order.
 */
public abstract sealed class NdEngine extends NdMaths implements ArrayEngine
    permits HostEngine, Nd4jEngine {

  /** Returns the engine for parameters of this type on the loaded backend. */
  public static NdEngine forType(DataType type) {
    return forType(type, Precision.FLOAT32);
  }

  /**
   * Returns the engine for parameters of this type on the loaded backend.
   *
   * @param precision precision of the encoder's product
   * @throws IllegalArgumentException if the backend does not support that precision
   */
  public static NdEngine forType(DataType type, Precision precision) {
    if (!precision.isOfCpu()) {
      throw new IllegalArgumentException(
          "precision %s is a GPU's; the CPU multiplies in float32 or bfloat16"
              .formatted(precision));
    }
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

  static Scope outsideWorkspaces() {
    MemoryWorkspace workspace = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
    return workspace::close;
  }

  @Override
  public Scope scope() {
    return outsideWorkspaces();
  }

  /** Returns {@code x·W_enc + b_enc}; see {@link #affine(Tensor, Tensor, Tensor)}. */
  public abstract INDArray affine(INDArray x, INDArray wEnc, INDArray bEnc);

  /** Selects codes; see {@link #select(Tensor, Selection)}. */
  public abstract Codes select(INDArray preActivations, Selection rule);

  /** Encodes a batch; see {@link #encode(Tensor, Tensor, Tensor, List)}. */
  public List<Codes> encode(INDArray x, INDArray wEnc, INDArray bEnc, List<Selection> rules) {
    try (INDArray pre = affine(x, wEnc, bEnc)) {
      return rules.stream().map(rule -> select(pre, rule)).toList();
    }
  }

  /** Returns {@code codes·W}. */
  public abstract INDArray decode(Codes codes, INDArray w);

  /** Returns {@code y·Wᵀ} at the positions of some codes. */
  public abstract Codes sampledProduct(INDArray y, INDArray w, Codes at);

  /** Computes {@code codesᵀ·y}; see {@link #accumulate(Codes, Tensor, Tensor, boolean)}. */
  public abstract void accumulate(Codes codes, INDArray y, INDArray out, boolean add);

  /** Returns the sum of the codes over the rows, {@code [nLatents]}. */
  public abstract INDArray sums(Codes codes);

  /** Returns the sum of a matrix over its rows, {@code [width]}. */
  public abstract INDArray columnSums(INDArray y);

  /** Returns the norm of each row of a c-ordered matrix. */
  public abstract INDArray rowNorms(INDArray w);

  /** Returns {@code Σₗ vₗ·w[l]}, {@code [width]}. */
  public abstract INDArray combineRows(INDArray v, INDArray w);

  /** Removes from each row its component along a row of norm 1, in place. */
  public abstract void projectRows(INDArray gradient, INDArray w);

  /** Scales each row of a c-ordered matrix to norm 1, in place; a zero row stays zero. */
  public abstract void normaliseRows(INDArray w);

  @Override
  public void freeze(Tensor encoder) {
    freeze(transposed(encoder));
  }

  /** Promises that an encoder does not change; see {@link #freeze(Tensor)}. */
  public void freeze(INDArray wEnc) {}

  private static INDArray transposed(Tensor encoder) {
    return ((NdTensor) encoder).transposed();
  }

  @Override
  public final Tensor affine(Tensor x, Tensor encoder, Tensor bEnc) {
    return NdTensor.of(affine(NdTensor.matrix(x), transposed(encoder), NdTensor.vector(bEnc)));
  }

  @Override
  public final Codes select(Tensor preActivations, Selection rule) {
    return select(NdTensor.matrix(preActivations), rule);
  }

  @Override
  public final List<Codes> encode(Tensor x, Tensor encoder, Tensor bEnc, List<Selection> rules) {
    return encode(NdTensor.matrix(x), transposed(encoder), NdTensor.vector(bEnc), rules);
  }

  @Override
  public final Tensor decode(Codes codes, Tensor w) {
    return NdTensor.of(decode(codes, NdTensor.matrix(w)));
  }

  @Override
  public final Codes sampledProduct(Tensor y, Tensor w, Codes at) {
    return sampledProduct(NdTensor.matrix(y), NdTensor.matrix(w), at);
  }

  @Override
  public final void accumulate(Codes codes, Tensor y, Tensor out, boolean add) {
    accumulate(codes, NdTensor.matrix(y), NdTensor.matrix(out), add);
  }

  @Override
  public void write(FactoredGradient gradient, Tensor w, Tensor out) {
    boolean add = false;
    for (FactoredGradient.Term term : gradient.terms()) {
      double scale = term.scale().get();
      Codes codes = scale == 1 ? term.codes() : term.codes().times(scale);
      accumulate(codes, term.y(), out, add);
      add = true;
    }
    if (!add) {
      fill(out, 0);
    }
    if (gradient.along() != null) {
      addAlong(gradient.along(), NdTensor.matrix(out), NdTensor.matrix(w));
    }
  }

  /** Adds {@code diag(along)·W} to a matrix of W's shape. */
  private static void addAlong(FactoredGradient.Along along, INDArray out, INDArray w) {
    int from = 0;
    for (int s = 0; s < along.widths().size(); s++) {
      int to = from + along.widths().get(s);
      INDArray part = w.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
      out.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to))
          .addi(ColumnVectors.multiply(part.dup('c'), NdTensor.vector(along.factors().get(s))));
      from = to;
    }
  }

  @Override
  public void adam(
      Tensor w,
      Tensor mean,
      Tensor variance,
      FactoredGradient gradient,
      AdamStep step,
      boolean unitNorm) {
    try (Tensor g = undefined(w.rows(), w.width(), w)) {
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

  @Override
  public Later squaredNorm(FactoredGradient gradient, Tensor w, boolean unitNorm) {
    try (Tensor g = undefined(w.rows(), w.width(), w)) {
      write(gradient, w, g);
      if (unitNorm) {
        projectRows(g, w);
      }
      return squares(g);
    }
  }

  @Override
  public final void adam(Tensor w, Tensor mean, Tensor variance, Tensor gradient, AdamStep step) {
    INDArray weights = NdTensor.array(w);
    adam(
        weights,
        NdTensor.array(mean),
        NdTensor.array(variance),
        NdTensor.array(gradient).reshape('c', weights.shape()),
        step);
  }

  /** Applies a step of Adam to an array of any shape with a gradient of the same shape. */
  public final void adam(
      INDArray w, INDArray mean, INDArray variance, INDArray gradient, AdamStep step) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray g = gradient.mul(step.gradientScale().get());
      mean.muli(step.beta1()).addi(g.mul(1 - step.beta1()));
      variance.muli(step.beta2()).addi(g.mul(g).muli(1 - step.beta2()));
      INDArray root = Transforms.sqrt(variance, true).addi(step.epsilon());
      w.subi(mean.mul(step.rate()).divi(root));
    }
  }

  @Override
  public final Tensor latentSums(Codes codes) {
    return NdTensor.of(sums(codes));
  }

  @Override
  public final Tensor columnSums(Tensor y) {
    return NdTensor.of(columnSums(NdTensor.matrix(y)));
  }

  @Override
  public final Tensor rowNorms(Tensor w, int from, int to) {
    INDArray matrix = NdTensor.matrix(w);
    if (from == 0 && to == w.width()) {
      return NdTensor.of(rowNorms(matrix));
    }
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray part = matrix.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)).dup('c')) {
      return NdTensor.of(rowNorms(part));
    }
  }

  @Override
  public final Tensor combineRows(Tensor v, Tensor w) {
    return NdTensor.of(combineRows(NdTensor.vector(v), NdTensor.matrix(w)));
  }

  @Override
  public final void projectRows(Tensor gradient, Tensor w) {
    projectRows(NdTensor.matrix(gradient), NdTensor.matrix(w));
  }

  @Override
  public final void normaliseRows(Tensor w) {
    normaliseRows(NdTensor.matrix(w));
  }

  @Override
  public final void limitRowNorms(Tensor w, double largest) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        INDArray norms = NdTensor.matrix(w).norm2(1);
        INDArray longest = Transforms.max(norms, largest, true)) {
      ColumnVectors.multiply(NdTensor.matrix(w), longest.rdivi(largest));
    }
  }

  @Override
  public final Later spread(Tensor x) {
    try (INDArray mean = columnSums(NdTensor.matrix(x)).divi(x.rows())) {
      return Later.of(OrderedSums.squaredDistances(NdTensor.matrix(x), mean));
    }
  }

  @Override
  public final ThresholdPull pullToThresholds(
      Codes selected, Tensor sums, Tensor thresholds, Latents latents, double coefficient) {
    double[] theta = thresholds.toDoubles();
    double[] ofPre = sums.toDoubles();
    BitSet pulled = latents.toBitSet();
    long rows = selected.rows();
    double[] toTheta = new double[theta.length];
    double sum = 0;
    for (int l = pulled.nextSetBit(0); l >= 0; l = pulled.nextSetBit(l + 1)) {
      sum += rows * theta[l] - ofPre[l];
      toTheta[l] = coefficient * rows;
    }
    SparseCodes above =
        ((SparseCodes) selected).filter((i, latent, h) -> pulled.get(latent) && h > theta[latent]);
    for (int i = 0; i < above.activations(); i++) {
      int latent = above.latents()[i];
      sum += above.value(i) - theta[latent];
      toTheta[latent] -= coefficient;
    }
    return new ThresholdPull(
        Later.of(sum), vector(toTheta, thresholds), above.map((i, latent, h) -> coefficient));
  }
}
