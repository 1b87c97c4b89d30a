package io.github.sae4j.engine;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The primitives in float on the host: one dense product for the pre-activations, used tile by tile
 * while it is in cache, and loops that touch active latents only for the rest ({@link RowLoops}).
 * Codes that are dense (sigmoid, or ReLU early in training) go through {@link Nd4jEngine}.
 *
 * <p>Threads divide rows, or latents, never one sum: sparse results are the same bit for bit on any
 * number of them.
 */
public final class HostEngine implements Engine {
  /**
   * The share of active latents from which ReLU codes are kept as a matrix and multiplied as one:
   * where four dense products take as long as the sparse loops (docs/performance.md).
   */
  static final double DENSE_FROM = 1 / 16.0;

  private final Workers workers;
  private final AffineProduct product;
  private final RowLoops loops;
  private final Nd4jEngine dense = new Nd4jEngine();

  public HostEngine() {
    this(Precision.FLOAT32);
  }

  /**
   * An engine whose encoder multiplies in some precision; float32 where oneDNN is missing, which
   * the log says.
   */
  public HostEngine(Precision precision) {
    this(precision, Workers.shared());
  }

  HostEngine(Precision precision, Workers workers) {
    this.workers = workers;
    this.product =
        DnnlLibrary.isAvailable() ? new DnnlProduct(workers, precision) : new Nd4jProduct(workers);
    this.loops = new RowLoops(workers);
  }

  /** Whether the loaded ND4J backend keeps its arrays in host memory. */
  public static boolean isAvailable() {
    return Nd4j.getAffinityManager().getClass().getSimpleName().startsWith("Cpu");
  }

  @Override
  public INDArray affine(INDArray x, INDArray wEnc, INDArray bEnc) {
    INDArray pre = matrix(x.size(0), wEnc.size(1));
    HostRows out = HostRows.forWriting(pre);
    product.run(x, wEnc, bEnc, (worker, tile) -> copy(tile, out));
    return pre;
  }

  private static boolean copy(Tile tile, HostRows out) {
    for (int r = 0; r < tile.rows(); r++) {
      out.put(
          tile.firstRow() + r, tile.firstLatent(), tile.values(), tile.rowAt(r), tile.latents());
    }
    return true;
  }

  @Override
  public Codes select(INDArray pre, Selection rule) {
    if (rule instanceof Selection.Sigmoid) {
      return dense.select(pre, rule);
    }
    int rows = (int) pre.size(0);
    int nLatents = (int) pre.size(1);
    rule.requireFits(nLatents);
    float[] values = new float[Math.multiplyExact(rows, nLatents)];
    HostRows.of(pre).getAll(values, workers);
    return FloatSelection.select(values, rows, nLatents, rule, workers);
  }

  @Override
  public List<Codes> encode(INDArray x, INDArray wEnc, INDArray bEnc, List<Selection> rules) {
    if (rules.stream().anyMatch(Selection.Sigmoid.class::isInstance)) {
      return Engine.super.encode(x, wEnc, bEnc, rules);
    }
    int rows = (int) x.size(0);
    int nLatents = (int) wEnc.size(1);
    List<TileSelector> selectors = new ArrayList<>();
    for (Selection rule : rules) {
      rule.requireFits(nLatents);
      selectors.add(TileSelector.of(rule, rows, nLatents, workers.count()));
    }
    PositiveSelector relu =
        selectors.size() == 1 && selectors.get(0) instanceof PositiveSelector only ? only : null;
    product.run(
        x,
        wEnc,
        bEnc,
        (worker, tile) -> {
          selectors.forEach(selector -> selector.accept(worker, tile));
          return relu == null || tile.firstRow() != 0 || !isDense(relu);
        });
    if (relu != null && isDense(relu)) {
      return List.of(denseRelu(x, wEnc, bEnc));
    }
    return selectors.stream().<Codes>map(TileSelector::codes).toList();
  }

  private static boolean isDense(PositiveSelector relu) {
    return relu.firstDensity() >= DENSE_FROM;
  }

  private Codes denseRelu(INDArray x, INDArray wEnc, INDArray bEnc) {
    INDArray codes = matrix(x.size(0), wEnc.size(1));
    HostRows out = HostRows.forWriting(codes);
    product.run(
        x,
        wEnc,
        bEnc,
        (worker, tile) -> {
          float[] values = tile.values();
          int end = tile.rowAt(tile.rows());
          for (int i = tile.rowAt(0); i < end; i++) {
            values[i] = Math.max(0f, values[i]);
          }
          return copy(tile, out);
        });
    return new DenseCodes(codes, true);
  }

  @Override
  public INDArray decode(Codes codes, INDArray w) {
    if (!(codes instanceof SparseCodes sparse)) {
      return dense.decode(codes, w);
    }
    INDArray out = matrix(codes.rows(), w.size(1));
    loops.decode(sparse, HostRows.of(w), HostRows.forWriting(out));
    return out;
  }

  @Override
  public Codes sampledProduct(INDArray y, INDArray w, Codes at) {
    if (!(at instanceof SparseCodes sparse)) {
      return dense.sampledProduct(y, w, at);
    }
    return loops.sampledProduct(HostRows.of(y), HostRows.of(w), sparse);
  }

  @Override
  public Residual residual(Codes codes, INDArray w, INDArray bias, INDArray target) {
    if (!(codes instanceof SparseCodes sparse)) {
      return Engine.super.residual(codes, w, bias, target);
    }
    return loops.residual(
        sparse, HostRows.of(w), values(bias), HostRows.of(target), matrix(codes.rows(), w.size(1)));
  }

  @Override
  public void accumulate(Codes codes, INDArray y, INDArray out, boolean add) {
    if (codes instanceof SparseCodes sparse) {
      loops.accumulate(sparse, HostRows.of(y), HostRows.forWriting(out), add);
    } else {
      dense.accumulate(codes, y, out, add);
    }
  }

  @Override
  public void adam(
      INDArray w,
      INDArray mean,
      INDArray variance,
      RowGradient gradient,
      AdamStep step,
      boolean unitNorm) {
    RowUpdate update = new RowUpdate(step, unitNorm, values(gradient.along()));
    INDArray denseSum = null;
    int copies = 0;
    for (RowGradient.Term term : gradient.terms()) {
      if (term.codes() instanceof SparseCodes sparse) {
        update.add(sparse, (float) term.scale(), loops.heapCopy(HostRows.of(term.y()), copies++));
      } else {
        boolean more = denseSum != null;
        denseSum = more ? denseSum : matrix(w.size(0), w.size(1));
        try (INDArray scaled = term.y().mul(term.scale())) {
          dense.accumulate(term.codes(), scaled, denseSum, more);
        }
      }
    }
    update.addMatrix(denseSum == null ? null : HostRows.of(denseSum));
    update.run(
        HostRows.forWriting(w), HostRows.forWriting(mean), HostRows.forWriting(variance), workers);
    if (denseSum != null) {
      denseSum.close();
    }
  }

  @Override
  public INDArray latentSums(Codes codes) {
    if (!(codes instanceof SparseCodes sparse)) {
      return dense.latentSums(codes);
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
    return vector(loops.combineRows(null, HostRows.of(y)));
  }

  @Override
  public INDArray rowNorms(INDArray w) {
    return vector(loops.rowNorms(HostRows.of(w)));
  }

  @Override
  public INDArray combineRows(INDArray v, INDArray w) {
    return vector(loops.combineRows(values(v), HostRows.of(w)));
  }

  @Override
  public void projectRows(INDArray gradient, INDArray w) {
    loops.projectRows(HostRows.forWriting(gradient), HostRows.of(w));
  }

  @Override
  public void normaliseRows(INDArray w) {
    loops.normaliseRows(HostRows.forWriting(w));
  }

  private static float[] values(INDArray vector) {
    if (vector == null) {
      return null;
    }
    float[] values = new float[Math.toIntExact(vector.length())];
    HostRows.of(vector.reshape(1, vector.length())).get(0, values, 0);
    return values;
  }

  private static INDArray matrix(long rows, long width) {
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
