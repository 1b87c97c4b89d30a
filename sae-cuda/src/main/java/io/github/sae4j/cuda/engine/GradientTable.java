package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A factored gradient as the kernels of latentstep.cu read it: a table of products, whose entries
 * are in the order of latents, and of parts along the matrix's rows. Products of codes stored as
 * matrices are summed into a matrix first.
 */
final class GradientTable implements AutoCloseable {
  private static final int TERM_BYTES = 56;
  private static final int ALONG_BYTES = 16;
  private static final int WARP = 32;

  private final CudaCodeMaths engine;
  private final Device device;
  private final Products products;
  private final List<FactoredGradient.Term> sparse = new ArrayList<>();
  private final Held terms; // null for none
  private final Held along;
  private final int parts;
  private DeviceTensor matrix; // null if no codes are a matrix

  GradientTable(
      CudaCodeMaths engine, Products products, FactoredGradient gradient, DeviceTensor w) {
    this.engine = engine;
    this.device = engine.device;
    this.products = products;
    for (FactoredGradient.Term term : gradient.terms()) {
      if (engine.of(term.codes()) instanceof MatrixCodes dense) {
        addDense(dense, engine.of(term.y()), term.scale(), w);
      } else {
        sparse.add(term);
      }
    }
    this.terms = sparse.isEmpty() ? null : device.pool.take((long) TERM_BYTES * sparse.size());
    for (int i = 0; i < sparse.size(); i++) {
      put(sparse.get(i), i, w);
    }
    this.parts = gradient.along() == null ? 0 : gradient.along().factors().size();
    this.along = parts == 0 ? null : device.pool.take((long) ALONG_BYTES * parts);
    int end = 0;
    for (int i = 0; i < parts; i++) {
      end += gradient.along().widths().get(i);
      put(engine.of(gradient.along().factors().get(i)), i, end, w);
    }
  }

  private void addDense(MatrixCodes codes, DeviceTensor y, Later scale, DeviceTensor w) {
    boolean more = matrix != null;
    if (!more) {
      matrix = engine.made(w.rows(), w.width());
    }
    try (Tensor scaled = engine.scaled(y, scale)) {
      products.multiplyTransposed(codes.matrix(), engine.of(scaled), matrix, more);
    }
  }

  private void put(FactoredGradient.Term term, int index, DeviceTensor w) {
    DeviceCodes codes = engine.sparse(term.codes());
    DeviceTensor y = engine.of(term.y());
    CudaMaths.requireWidth(y, w.width());
    LatentEntries by = codes.positions().byLatent();
    device
        .call(device.kernels.termPut)
        .i64(terms.address())
        .i64(by.starts())
        .i64(by.entries())
        .i64(by.rows())
        .i64(codes.values().address())
        .i64(y.address())
        .i64(DeviceLater.address(term.scale()))
        .i32(index)
        .f64(DeviceLater.address(term.scale()) == 0 ? term.scale().get() : 1)
        .launch(1, WARP);
  }

  private void put(DeviceTensor factors, int index, int end, DeviceTensor w) {
    CudaMaths.requireVector(factors, w.rows());
    device
        .call(device.kernels.alongPut)
        .i64(along.address())
        .i64(factors.address())
        .i32(index)
        .i32(end)
        .launch(1, WARP);
  }

  long terms() {
    return terms == null ? 0 : terms.address();
  }

  int count() {
    return sparse.size();
  }

  long along() {
    return along == null ? 0 : along.address();
  }

  int parts() {
    return parts;
  }

  /** Returns the sum of the products of matrices; null if there are none. */
  DeviceTensor matrixOrNull() {
    return matrix;
  }

  @Override
  public void close() {
    if (terms != null) {
      terms.close();
    }
    if (along != null) {
      along.close();
    }
    Tensor.closeIfPresent(matrix);
  }
}
