package io.github.sae4j.nd4j;

import io.github.sae4j.cpu.HostFloats;
import io.github.sae4j.cpu.Workers;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.product.AffineProduct;
import io.github.sae4j.product.MatrixProduct;
import io.github.sae4j.product.Precision;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes the primitives in float on the host: a dense product for the pre-activations, consumed
 * tile by tile while in cache, and for the rest, loops over active latents only ({@link RowLoops}).
 * Codes that are dense (sigmoid, linear, or ReLU early in training) are multiplied as matrices
 * ({@link MatrixProduct}).
 *
 * <p>Work is divided among threads by rows or latents, never within one sum, so results are
 * bit-identical for any number of threads.
 *
 * <p>Thread-safe. Encoding and decoding run concurrently; the operations of training ({@link
 * #residual}, {@link #accumulate}, {@link #adam}, {@link #squaredNorm}) share copies on the heap
 * and run one at a time.
 */
public final class HostEngine extends NdEngine {
  /**
   * Fraction of active latents at or above which ReLU codes are stored and multiplied as a matrix:
   * the point where four dense products take as long as the sparse loops (docs/performance.md).
   */
  public static final double DENSE_FROM = 0.1;

  private final Workers workers;
  private final AffineProduct product;
  private final AffineProduct product32; // for dense codes, always in float32
  private final MatrixProduct whole; // for dense codes that are not masked
  private final RowLoops loops;
  private final MatrixLoops matrices;
  private final Nd4jEngine dense = new Nd4jEngine();

  public HostEngine() {
    this(Precision.FLOAT32);
  }

  /**
   * Creates an engine whose encoder multiplies in the given precision; if oneDNN is missing, it
   * uses float32 and logs so.
   */
  public HostEngine(Precision precision) {
    this(precision, Workers.shared());
  }

  HostEngine(Precision precision, Workers workers) {
    this.workers = workers;
    this.product = AffineProduct.of(workers, precision);
    this.product32 =
        precision == Precision.FLOAT32 ? product : AffineProduct.of(workers, Precision.FLOAT32);
    this.whole = new MatrixProduct(workers);
    this.loops = new RowLoops(workers);
    this.matrices = new MatrixLoops(workers);
  }

  /** Whether the loaded ND4J backend keeps its arrays in host memory. */
  public static boolean isAvailable() {
    return HostFloats.areInReach();
  }

  @Override
  public void release() {
    product.release();
    product32.release();
  }

  @Override
  public void freeze(INDArray wEnc) {
    product.freeze(wEnc);
  }

  @Override
  public INDArray affine(INDArray x, INDArray wEnc, INDArray bEnc) {
    return new DenseTiles(product).affine(x, wEnc, bEnc);
  }

  @Override
  public Codes select(INDArray pre, Selection rule) {
    if (rule.takesEvery()) {
      return dense.select(pre, rule);
    }
    int rows = (int) pre.size(0);
    int nLatents = (int) pre.size(1);
    rule.requireFits(nLatents);
    float[] values = new float[Math.multiplyExact(rows, nLatents)];
    HostFloats.forReading(pre).getAll(values, workers);
    return FloatSelection.select(values, rows, nLatents, rule, workers);
  }

  @Override
  public List<Codes> encode(INDArray x, INDArray wEnc, INDArray bEnc, List<Selection> rules) {
    if (rules.stream().anyMatch(Selection::takesEvery)) {
      return super.encode(x, wEnc, bEnc, rules);
    }
    int rows = (int) x.size(0);
    int nLatents = (int) wEnc.size(1);
    List<TileSelector> selectors = new ArrayList<>();
    for (Selection rule : rules) {
      rule.requireFits(nLatents);
      selectors.add(TileSelector.of(rule, rows, nLatents, workers.count()));
    }
    AboveSelector relu =
        rules.equals(List.of(new Selection.Positive())) ? (AboveSelector) selectors.get(0) : null;
    product.run(
        x,
        wEnc,
        bEnc,
        (worker, tile) -> {
          selectors.forEach(selector -> selector.accept(worker, tile));
          return relu == null || tile.firstRow() != 0 || !isDense(relu);
        });
    if (relu != null && isDense(relu)) {
      return List.of(new DenseTiles(product).relu(x, wEnc, bEnc));
    }
    return selectors.stream().<Codes>map(TileSelector::codes).toList();
  }

  private static boolean isDense(AboveSelector relu) {
    return relu.firstDensity() >= DENSE_FROM;
  }

  @Override
  public INDArray decode(Codes codes, INDArray w) {
    INDArray out = matrix(codes.rows(), w.size(1));
    if (codes instanceof SparseCodes sparse) {
      loops.decode(sparse, HostFloats.forReading(w), HostFloats.of(out));
    } else {
      whole.run(NdCodes.matrix(codes), w, out, false);
    }
    return out;
  }

  @Override
  public Codes sampledProduct(INDArray y, INDArray w, Codes at) {
    return at instanceof SparseCodes sparse
        ? loops.sampledProduct(HostFloats.forReading(y), HostFloats.forReading(w), sparse)
        : new DenseTiles(product32).sampledProduct(y, w, (DenseCodes) at, null);
  }

  @Override
  public synchronized Residual residual(
      Codes codes, Tensor w, Tensor biasOrNull, Tensor target, Tensor weightsOrNull) {
    if (codes instanceof SparseCodes sparse) {
      return loops.residual(
          sparse,
          HostFloats.forReading(NdTensor.matrix(w)),
          biasOrNull == null ? null : values(NdTensor.array(biasOrNull)),
          HostFloats.forReading(NdTensor.matrix(target)),
          matrix(codes.rows(), w.width()),
          weightsOrNull == null ? null : values(NdTensor.array(weightsOrNull)));
    }
    Tensor error = residualError(codes, w, biasOrNull, target);
    DenseCodes products =
        new DenseTiles(product32)
            .sampledProduct(
                NdTensor.array(error),
                NdTensor.matrix(w),
                (DenseCodes) codes,
                weightsOrNull == null ? null : NdTensor.vector(weightsOrNull));
    return new Residual(error, products, squares(error));
  }

  @Override
  public synchronized void accumulate(Codes codes, INDArray y, INDArray out, boolean add) {
    if (codes instanceof SparseCodes sparse) {
      loops.accumulate(sparse, HostFloats.forReading(y), HostFloats.of(out), add);
    } else {
      whole.run(NdCodes.matrix(codes).transpose(), y, out, add);
    }
  }

  @Override
  public synchronized void adam(
      Tensor w,
      Tensor mean,
      Tensor variance,
      FactoredGradient gradient,
      AdamStep step,
      boolean unitNorm) {
    GradientRows rows = rows(gradient, w, unitNorm);
    new RowUpdate(step, rows, unitNorm).run(floats(w), floats(mean), floats(variance), workers);
    rows.release();
  }

  @Override
  public synchronized Later squaredNorm(FactoredGradient gradient, Tensor w, boolean unitNorm) {
    GradientRows rows = rows(gradient, w, unitNorm);
    double squares = rows.squaredNorm(HostFloats.forReading(NdTensor.matrix(w)), workers);
    rows.release();
    return Later.of(squares);
  }

  /** Sums terms of dense codes into a matrix; the others stay factored. */
  private GradientRows rows(FactoredGradient gradient, Tensor w, boolean unitNorm) {
    GradientRows rows = new GradientRows(gradient.along(), unitNorm);
    INDArray denseSum = null;
    IdentityHashMap<Tensor, float[]> copies = new IdentityHashMap<>(); // terms may share a y
    for (FactoredGradient.Term term : gradient.terms()) {
      if (term.codes() instanceof SparseCodes sparse) {
        int slot = copies.size();
        float[] rowsOfY =
            copies.computeIfAbsent(
                term.y(), y -> loops.heapCopy(HostFloats.forReading(NdTensor.matrix(y)), slot));
        rows.add(sparse, (float) term.scale().get(), rowsOfY);
      } else {
        boolean more = denseSum != null;
        denseSum = more ? denseSum : matrix(w.rows(), w.width());
        try (INDArray y = NdTensor.matrix(term.y()).mul(term.scale().get())) {
          accumulate(term.codes(), y, denseSum, more);
        }
      }
    }
    if (denseSum != null) {
      rows.addMatrix(denseSum);
    }
    return rows;
  }

  @Override
  public INDArray sums(Codes codes) {
    if (!(codes instanceof SparseCodes sparse)) {
      return columnSums(NdCodes.matrix(codes));
    }
    float[] sums = new float[codes.nLatents()];
    int[] latents = sparse.latents();
    float[] values = sparse.floats();
    int entries = (int) sparse.activations();
    for (int i = 0; i < entries; i++) {
      sums[latents[i]] += values[i];
    }
    return vector(sums);
  }

  @Override
  public INDArray columnSums(INDArray y) {
    return vector(matrices.combineRows(null, HostFloats.forReading(y)));
  }

  @Override
  public INDArray rowNorms(INDArray w) {
    return vector(matrices.rowNorms(HostFloats.forReading(w)));
  }

  @Override
  public INDArray combineRows(INDArray v, INDArray w) {
    return vector(matrices.combineRows(values(v), HostFloats.forReading(w)));
  }

  @Override
  public void projectRows(INDArray gradient, INDArray w) {
    matrices.projectRows(HostFloats.of(gradient), HostFloats.forReading(w));
  }

  @Override
  public void normaliseRows(INDArray w) {
    matrices.normaliseRows(HostFloats.of(w));
  }

  private static HostFloats floats(Tensor matrix) {
    return HostFloats.of(NdTensor.matrix(matrix));
  }

  private static float[] values(INDArray vector) {
    float[] values = new float[Math.toIntExact(vector.length())];
    HostFloats.forReading(vector.reshape(1, vector.length())).get(0, values, 0);
    return values;
  }

  static INDArray matrix(long rows, long width) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Nd4j.createUninitialized(DataType.FLOAT, new long[] {rows, width}, 'c');
    }
  }

  private static INDArray vector(float[] values) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Nd4j.createFromArray(values);
    }
  }
}
