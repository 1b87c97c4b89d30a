package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.ColumnVectors;
import io.github.sae4j.cpu.RowVectors;
import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Computes the primitives as dense ND4J products, on any backend, in float or double; the reference
 * that other engines are tested against. Selection copies the pre-activations to the host, because
 * ND4J's own {@code top_k} is wrong on ties and always slow. Keeps no state between calls and is
 * thread-safe.
 */
public final class Nd4jEngine extends NdEngine {
  @Override
  public INDArray affine(INDArray x, INDArray wEnc, INDArray bEnc) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return RowVectors.addTo(Gemm.product(x, wEnc), bEnc);
    }
  }

  @Override
  public Codes select(INDArray pre, Selection rule) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      if (rule instanceof Selection.Sigmoid) {
        return new DenseCodes(Transforms.sigmoid(pre, true));
      }
      if (rule instanceof Selection.All) {
        return new DenseCodes(pre.dup('c'));
      }
      int rows = (int) pre.size(0);
      int nLatents = (int) pre.size(1);
      rule.requireFits(nLatents);
      try (INDArray copy = pre.dup('c')) {
        return pre.dataType() == DataType.DOUBLE
            ? DoubleSelection.select(copy.data().asDouble(), rows, nLatents, rule)
            : FloatSelection.select(copy.data().asFloat(), rows, nLatents, rule, Workers.shared());
      }
    }
  }

  /**
   * Frees the matrix made from sparse codes; for dense codes, the matrix is the codes themselves.
   */
  private static void closeCopy(INDArray dense, Codes codes) {
    if (codes instanceof SparseCodes) {
      dense.close();
    }
  }

  @Override
  public INDArray decode(Codes codes, INDArray w) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray dense = NdCodes.matrix(codes);
      INDArray product = Gemm.product(dense, w);
      closeCopy(dense, codes);
      return product;
    }
  }

  @Override
  public Codes sampledProduct(INDArray y, INDArray w, Codes at) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      try (INDArray product = Gemm.product(y, w.transpose())) {
        return at.sample(NdTensor.of(product));
      }
    }
  }

  @Override
  public void accumulate(Codes codes, INDArray y, INDArray out, boolean add) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray dense = NdCodes.matrix(codes);
      Gemm.productInto(dense.transpose(), y, out, add);
      closeCopy(dense, codes);
    }
  }

  @Override
  public INDArray sums(Codes codes) {
    INDArray dense = NdCodes.matrix(codes);
    INDArray sums = columnSums(dense);
    closeCopy(dense, codes);
    return sums;
  }

  @Override
  public INDArray columnSums(INDArray y) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Gemm.columnSums(y);
    }
  }

  @Override
  public INDArray rowNorms(INDArray w) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Transforms.sqrt(Gemm.rowSums(w.mul(w)), false);
    }
  }

  @Override
  public INDArray combineRows(INDArray v, INDArray w) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Gemm.product(v.reshape(1, v.length()), w).reshape(w.size(1));
    }
  }

  @Override
  public void projectRows(INDArray gradient, INDArray w) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray along = Gemm.rowSums(gradient.mul(w));
      gradient.subi(ColumnVectors.multiply(w.dup('c'), along));
    }
  }

  @Override
  public void normaliseRows(INDArray w) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray norms = rowNorms(w);
      // a norm of 0 becomes 1
      ColumnVectors.divide(w, norms.addi(norms.eq(0).castTo(norms.dataType())));
    }
  }
}
