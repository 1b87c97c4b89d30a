package io.github.sae4j.engine;

import io.github.sae4j.cpu.Workers;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The primitives as dense ND4J products, on any backend, in float or double: the reference that
 * other engines are tested against. Selection reads the pre-activations back to the host, because
 * ND4J's own {@code top_k} is wrong where values tie and slow everywhere.
 */
public final class Nd4jEngine implements Engine {
  private static final double SMALLEST_NORM = 1e-12;

  @Override
  public INDArray affine(INDArray x, INDArray wEnc, INDArray bEnc) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Gemm.product(x, wEnc).addiRowVector(bEnc);
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
      return pre.dataType() == DataType.DOUBLE
          ? DoubleSelection.select(pre.dup('c').data().asDouble(), rows, nLatents, rule)
          : FloatSelection.select(
              pre.dup('c').data().asFloat(), rows, nLatents, rule, Workers.shared());
    }
  }

  @Override
  public INDArray decode(Codes codes, INDArray w) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Gemm.product(codes.toDense(), w);
    }
  }

  @Override
  public Codes sampledProduct(INDArray y, INDArray w, Codes at) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray product = Gemm.product(y, w.transpose());
      return at.sample(product);
    }
  }

  @Override
  public void accumulate(Codes codes, INDArray y, INDArray out, boolean add) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      Gemm.productInto(codes.toDense().transpose(), y, out, add);
    }
  }

  @Override
  public INDArray latentSums(Codes codes) {
    return columnSums(codes.toDense());
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
      gradient.subi(w.mulColumnVector(Gemm.rowSums(gradient.mul(w))));
    }
  }

  @Override
  public void normaliseRows(INDArray w) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      w.diviColumnVector(rowNorms(w).addi(SMALLEST_NORM));
    }
  }
}
