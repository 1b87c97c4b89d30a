package io.github.sae4j.product;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Workers;
import java.lang.ref.Reference;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Multiplies whole float matrices in host memory, for dense codes. A BLAS splits sums depending on
 * its number of threads; here, threads divide the rows of the result into blocks whose bounds
 * depend only on its shape, and oneDNN multiplies each block on one thread, so results are
 * bit-identical for any number of threads. If oneDNN is missing, ND4J's BLAS multiplies the blocks
 * ({@link SingleThreadedBlas}). Thread-safe.
 */
public final class MatrixProduct {
  private static final int BLOCKS = 8;
  private static final int LEAST_ROWS = 64;

  /**
   * Maximum number of rows per block. Each block packs b again, which at this size costs a
   * twentieth of its product.
   */
  private static final int MOST_ROWS = 512;

  private final Workers workers;

  public MatrixProduct(Workers workers) {
    this.workers = workers;
  }

  /**
   * {@code out = a·b}, or {@code out += a·b}.
   *
   * @param a {@code [rows, terms]}
   * @param b {@code [terms, columns]}
   * @param out {@code [rows, columns]}, c-ordered
   */
  public void run(INDArray a, INDArray b, INDArray out, boolean add) {
    int rows = Math.toIntExact(out.size(0));
    int block = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, (rows + BLOCKS - 1) / BLOCKS));
    if (DnnlLibrary.isAvailable()) {
      INDArray left = Operand.plain(a);
      INDArray right = Operand.plain(b);
      try {
        workers.run(rows, block, (worker, from, to) -> byDnnl(left, right, out, add, from, to));
      } finally {
        Reference.reachabilityFence(left); // native code does not keep them alive
        Reference.reachabilityFence(right);
      }
      return;
    }
    SingleThreadedBlas.during(
        () ->
            workers.run(
                rows,
                block,
                (worker, from, to) -> gemm(rows(a, from, to), b, rows(out, from, to), add)));
  }

  /**
   * Returns {@code a·b} as a new c-ordered matrix; uses ND4J for doubles and for arrays outside
   * host memory.
   *
   * @param a {@code [rows, terms]}
   * @param b {@code [terms, columns]}
   */
  public static INDArray of(INDArray a, INDArray b) {
    INDArray out = Nd4j.createUninitialized(a.dataType(), new long[] {a.size(0), b.size(1)}, 'c');
    if (a.dataType() == DataType.FLOAT && HostFloats.areInReach()) {
      new MatrixProduct(Workers.shared()).run(a, b, out, false);
    } else {
      a.mmuli(b, out);
    }
    return out;
  }

  /**
   * Returns {@code v·w} as a new array, {@code [columns]}.
   *
   * @param v {@code [terms]}
   * @param w {@code [terms, columns]}
   */
  public static INDArray rowTimes(INDArray v, INDArray w) {
    return of(v.reshape(1, v.length()), w).reshape(w.size(1));
  }

  private static void byDnnl(INDArray a, INDArray b, INDArray out, boolean add, int from, int to) {
    Operand left = Operand.of(a);
    Operand right = Operand.of(b);
    Operand result = Operand.of(out);
    int status =
        dnnl.dnnl_sgemm(
            left.order(),
            right.order(),
            to - from,
            out.size(1),
            a.size(1),
            1f,
            left.row(from),
            left.stride(),
            right.row(0),
            right.stride(),
            add ? 1f : 0f,
            result.row(from),
            result.stride());
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException("oneDNN cannot multiply: status " + status);
    }
  }

  /** A matrix as seen by a BLAS: rows or columns {@code stride} values apart. */
  private record Operand(INDArray array, boolean byColumns, long stride) {

    /** Returns the matrix, or a copy if neither rows nor columns are contiguous. */
    static INDArray plain(INDArray array) {
      return lies(array, 0, 1) || lies(array, 1, 0) ? array : array.dup('c');
    }

    /** Returns the operand for a {@link #plain} matrix. */
    static Operand of(INDArray array) {
      boolean byColumns = !lies(array, 0, 1);
      int across = byColumns ? 1 : 0;
      boolean one = array.size(across) == 1;
      return new Operand(array, byColumns, one ? array.size(1 - across) : array.stride(across));
    }

    /**
     * Returns whether runs along one dimension are contiguous and do not overlap along the other.
     */
    private static boolean lies(INDArray array, int across, int along) {
      return (array.size(along) == 1 || array.stride(along) == 1)
          && (array.size(across) == 1 || array.stride(across) >= array.size(along));
    }

    byte order() {
      return (byte) (byColumns ? 'T' : 'N');
    }

    /** Returns the address of a row. */
    FloatPointer row(int row) {
      FloatPointer start = new FloatPointer(array.data().addressPointer());
      return start.getPointer(byColumns ? row : row * stride);
    }
  }

  /**
   * Multiplies with ND4J's BLAS on the calling thread. ND4J is fast only with f-ordered results, so
   * the transposed product is computed: {@code (a·b)ᵀ = bᵀ·aᵀ}.
   */
  static void gemm(INDArray a, INDArray b, INDArray out, boolean add) {
    Nd4j.gemm(b.transpose(), a.transpose(), out.transpose(), false, false, 1.0, add ? 1 : 0);
  }

  private static INDArray rows(INDArray matrix, int from, int to) {
    return matrix.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
  }
}
