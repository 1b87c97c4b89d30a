package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.ColumnVectors;
import io.github.sae4j.cpu.OrderedSums;
import io.github.sae4j.cpu.RowVectors;
import io.github.sae4j.engine.CodeMaths;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.engine.TensorMaths;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Arithmetic on tensors and codes as ND4J computes it; sums have a fixed order. */
abstract class NdMaths implements TensorMaths, CodeMaths {

  static INDArray array(Tensor tensor) {
    return NdTensor.array(tensor);
  }

  private static Tensor made(INDArray array) {
    return NdTensor.of(array);
  }

  /** Runs work whose arrays must not end with a workspace of the caller. */
  private interface Work {
    INDArray run();
  }

  private static Tensor outside(Work work) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return made(work.run());
    }
  }

  @Override
  public Tensor undefined(long rows, int width, Tensor like) {
    return outside(
        () -> Nd4j.createUninitialized(array(like).dataType(), new long[] {rows, width}, 'c'));
  }

  @Override
  public Tensor copy(Tensor x) {
    return outside(() -> array(x).dup('c'));
  }

  @Override
  public void assign(Tensor to, Tensor from) {
    INDArray target = array(to);
    target.assign(array(from).reshape('c', target.shape()));
  }

  @Override
  public void fill(Tensor x, double value) {
    array(x).assign(value);
  }

  @Override
  public Tensor filledLike(Tensor like, double value) {
    INDArray array = array(like);
    return outside(() -> Nd4j.valueArrayOf(array.shape(), value, array.dataType()));
  }

  /** Returns y in the shape of x, which may be a vector where y is a row. */
  private static INDArray alike(Tensor y, Tensor x) {
    INDArray array = array(y);
    INDArray shape = array(x);
    return array.rank() == shape.rank() ? array : array.reshape('c', shape.shape());
  }

  @Override
  public void add(Tensor x, Tensor y) {
    array(x).addi(alike(y, x));
  }

  @Override
  public void subtract(Tensor x, Tensor y) {
    array(x).subi(alike(y, x));
  }

  @Override
  public void subtractFrom(Tensor x, Tensor from) {
    array(x).rsubi(alike(from, x));
  }

  @Override
  public void multiply(Tensor x, Tensor y) {
    array(x).muli(alike(y, x));
  }

  @Override
  public void divide(Tensor x, Tensor y) {
    array(x).divi(alike(y, x));
  }

  @Override
  public void add(Tensor x, double value) {
    array(x).addi(value);
  }

  @Override
  public void scale(Tensor x, Later factor) {
    array(x).muli(factor.get());
  }

  @Override
  public Tensor scaled(Tensor x, Later factor) {
    return outside(() -> array(x).mul(factor.get()));
  }

  @Override
  public void divide(Tensor x, double divisor) {
    array(x).divi(divisor);
  }

  @Override
  public Tensor minusRow(Tensor x, Tensor row) {
    return outside(() -> RowVectors.minus(NdTensor.matrix(x), NdTensor.vector(row)));
  }

  @Override
  public void addToRows(Tensor x, Tensor row) {
    RowVectors.addTo(NdTensor.matrix(x), NdTensor.vector(row));
  }

  @Override
  public void scaleRows(Tensor x, Tensor factors) {
    ColumnVectors.multiply(NdTensor.matrix(x), NdTensor.vector(factors));
  }

  @Override
  public void update(Tensor x, EntryRule rule, Inputs inputs) {
    double[] values = x.toDoubles();
    RuleArguments arguments = new RuleArguments(rule, inputs);
    Arrays.setAll(values, i -> arguments.of(i, i, values[i]));
    x.setDoubles(values);
  }

  @Override
  public Tensor exponentials(Tensor x) {
    return outside(() -> Transforms.exp(array(x), true));
  }

  @Override
  public Later sum(Tensor x) {
    return Later.of(OrderedSums.sum(array(x)));
  }

  @Override
  public Later sum(Tensor x, EntryRule rule, Inputs inputs) {
    double[] values = x.toDoubles();
    RuleArguments arguments = new RuleArguments(rule, inputs);
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += arguments.of(i, i, values[i]);
    }
    return Later.of(sum);
  }

  @Override
  public Later squares(Tensor x) {
    return Later.of(OrderedSums.squares(array(x)));
  }

  @Override
  public Later product(Tensor x, Tensor y) {
    return Later.of(OrderedSums.product(array(x), array(y)));
  }

  @Override
  public Codes everyEntry(Tensor matrix) {
    return new DenseCodes(NdTensor.matrix(matrix));
  }

  @Override
  public Tensor matrix(Codes codes) {
    return outside(() -> NdCodes.matrix(codes));
  }

  @Override
  public Codes ones(Latents latents, int nLatents, Tensor like) {
    int[] some = latents.toBitSet().stream().toArray();
    int[] starts = {0, some.length};
    if (like.isDouble()) {
      double[] ones = new double[some.length];
      Arrays.fill(ones, 1);
      return SparseCodes.ofDoubles(nLatents, starts, some, ones);
    }
    float[] ones = new float[some.length];
    Arrays.fill(ones, 1);
    return SparseCodes.ofFloats(nLatents, starts, some, ones);
  }

  @Override
  public Codes map(Codes codes, EntryRule rule, Inputs inputs) {
    return map(codes, rule, inputs, false);
  }

  @Override
  public Codes replace(Codes codes, EntryRule rule, Inputs inputs) {
    return map(codes, rule, inputs, true);
  }

  private static Codes map(Codes codes, EntryRule rule, Inputs inputs, boolean overwrite) {
    if (codes instanceof DenseCodes dense) {
      try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        return DenseRules.map(dense, rule, inputs, overwrite);
      }
    }
    RuleArguments arguments = new RuleArguments(rule, inputs);
    return ((SparseCodes) codes).map(arguments::of);
  }

  /** Returns the codes themselves if they are a matrix, where a 0 takes no more room. */
  @Override
  public Codes withoutZeros(Codes codes) {
    return codes instanceof SparseCodes sparse
        ? sparse.filter((i, latent, value) -> value != 0)
        : codes;
  }

  @Override
  public Later sum(Codes codes, EntryRule rule, Inputs inputs) {
    if (codes instanceof DenseCodes dense) {
      return Later.of(DenseRules.sum(dense, rule, inputs));
    }
    SparseCodes sparse = (SparseCodes) codes;
    RuleArguments arguments = new RuleArguments(rule, inputs);
    int[] latents = sparse.latents();
    int entries = (int) sparse.activations();
    double sum = 0;
    for (int i = 0; i < entries; i++) {
      sum += arguments.of(i, latents[i], sparse.value(i));
    }
    return Later.of(sum);
  }

  @Override
  public Tensor sumByLatent(Codes codes, EntryRule rule, Inputs inputs, Tensor like) {
    SparseCodes sparse = (SparseCodes) codes;
    RuleArguments arguments = new RuleArguments(rule, inputs);
    double[] sums = new double[codes.nLatents()];
    int[] latents = sparse.latents();
    int entries = (int) sparse.activations();
    for (int i = 0; i < entries; i++) {
      sums[latents[i]] += arguments.of(i, latents[i], sparse.value(i));
    }
    return vector(sums, like);
  }

  /** Returns a vector in the precision of {@code like}. */
  static Tensor vector(double[] values, Tensor like) {
    DataType type = array(like).dataType();
    return outside(() -> Nd4j.createFromArray(values).castTo(type));
  }

  @Override
  public Codes sideBySide(List<Codes> parts) {
    return SparseCodes.sideBySide(parts.stream().map(part -> (SparseCodes) part).toList());
  }

  @Override
  public Later nonZeros(Codes codes) {
    return Later.of((double) codes.nonZeros());
  }

  @Override
  public Later smallestPositive(Codes codes) {
    return Later.of(codes.smallestPositive().orElse(Double.NaN));
  }
}
