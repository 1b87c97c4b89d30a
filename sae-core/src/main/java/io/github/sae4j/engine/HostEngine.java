package io.github.sae4j.engine;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The primitives in float on the host: one dense product for the pre-activations, and Java loops
 * that touch only active latents for the rest. Rows are encoded in tiles, so that the matrix of
 * pre-activations never exists whole. Dense codes (sigmoid) go through {@link Nd4jEngine}.
 *
 * <p>Threads divide rows, or latents, never one sum: results are the same bit for bit on any number
 * of cores, as far as the BLAS's are.
 */
public final class HostEngine implements Engine {
  private static final int TILE_ROWS = 1024;

  private final Nd4jEngine dense = new Nd4jEngine();
  private final Scratch weights = new Scratch();
  private final Scratch rows = new Scratch();
  private final Scratch tileValues = new Scratch();
  private INDArray tile;

  /** Whether the loaded ND4J backend keeps its arrays in host memory. */
  public static boolean isAvailable() {
    return Nd4j.getAffinityManager().getClass().getSimpleName().startsWith("Cpu");
  }

  @Override
  public INDArray affine(INDArray x, INDArray wEnc, INDArray bEnc) {
    return dense.affine(x, wEnc, bEnc);
  }

  @Override
  public Codes select(INDArray pre, Selection rule) {
    if (rule instanceof Selection.Sigmoid) {
      return dense.select(pre, rule);
    }
    rule.requireFits((int) pre.size(1));
    return FloatSelection.select(
        HostArrays.floats(pre), (int) pre.size(0), (int) pre.size(1), rule);
  }

  @Override
  public List<Codes> encode(INDArray x, INDArray wEnc, INDArray bEnc, List<Selection> rules) {
    if (rules.stream().anyMatch(Selection.Sigmoid.class::isInstance)) {
      return Engine.super.encode(x, wEnc, bEnc, rules);
    }
    int total = (int) x.size(0);
    int nLatents = (int) wEnc.size(1);
    rules.forEach(rule -> rule.requireFits(nLatents));
    float[] bias = HostArrays.floats(bEnc);
    List<List<SparseCodes>> parts = new ArrayList<>();
    rules.forEach(rule -> parts.add(new ArrayList<>()));
    for (int from = 0; from < total; from += TILE_ROWS) {
      int to = Math.min(total, from + TILE_ROWS);
      float[] pre = preActivations(x, from, to, wEnc, bias);
      for (int r = 0; r < rules.size(); r++) {
        parts.get(r).add(FloatSelection.select(pre, to - from, nLatents, rules.get(r)));
      }
    }
    List<Codes> codes = new ArrayList<>();
    parts.forEach(part -> codes.add(SparseCodes.concatenate(part)));
    return codes;
  }

  /** The pre-activations of rows {@code [from, to)}, row after row. */
  private float[] preActivations(INDArray x, int from, int to, INDArray wEnc, float[] bias) {
    int count = to - from;
    int nLatents = bias.length;
    if (tile == null || tile.size(0) != nLatents || tile.size(1) != count) {
      try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
        tile = Nd4j.createUninitialized(x.dataType(), new long[] {nLatents, count}, 'f');
      }
    }
    INDArray part = x.get(NDArrayIndex.interval(from, to), NDArrayIndex.all());
    Nd4j.gemm(wEnc.transpose(), part.transpose(), tile, false, false, 1.0, 0.0);
    float[] pre = tileValues.read(tile.transpose());
    RowRanges.run(
        count,
        (first, last) -> {
          for (int b = first; b < last; b++) {
            for (int j = 0, at = b * nLatents; j < nLatents; j++) {
              pre[at + j] += bias[j];
            }
          }
        });
    return pre;
  }

  @Override
  public INDArray decode(Codes codes, INDArray w) {
    if (!(codes instanceof SparseCodes sparse)) {
      return dense.decode(codes, w);
    }
    int width = (int) w.size(1);
    float[] out = new float[Math.multiplyExact(codes.rows(), width)];
    SparseKernels.decode(sparse, weights.read(w), width, out);
    return matrix(out, codes.rows(), width);
  }

  @Override
  public Codes sampledProduct(INDArray y, INDArray w, Codes at) {
    if (!(at instanceof SparseCodes sparse)) {
      return dense.sampledProduct(y, w, at);
    }
    float[] products = new float[(int) at.activations()];
    SparseKernels.sampledProduct(rows.read(y), weights.read(w), (int) w.size(1), sparse, products);
    return sparse.withFloats(products);
  }

  @Override
  public void accumulate(Codes codes, INDArray y, INDArray out, boolean add) {
    if (!(codes instanceof SparseCodes sparse)) {
      dense.accumulate(codes, y, out, add);
      return;
    }
    float[] sums = add ? weights.read(out) : weights.zeros(Math.toIntExact(out.length()));
    SparseKernels.accumulate(sparse, rows.read(y), (int) y.size(1), sums);
    HostArrays.write(sums, out);
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
    int width = (int) y.size(1);
    float[] values = rows.read(y);
    double[] sums = new double[width];
    for (int at = 0; at < y.length(); at += width) {
      for (int j = 0; j < width; j++) {
        sums[j] += values[at + j];
      }
    }
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Nd4j.createFromArray(sums).castTo(y.dataType());
    }
  }

  @Override
  public void projectRows(INDArray gradient, INDArray w) {
    float[] g = rows.read(gradient);
    SparseKernels.projectRows(g, weights.read(w), (int) w.size(0), (int) w.size(1));
    HostArrays.write(g, gradient);
  }

  @Override
  public void normaliseRows(INDArray w) {
    float[] values = weights.read(w);
    SparseKernels.normaliseRows(values, (int) w.size(0), (int) w.size(1));
    HostArrays.write(values, w);
  }

  private static INDArray matrix(float[] values, int rows, int width) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Nd4j.createFromArray(values).reshape('c', rows, width);
    }
  }

  private static INDArray vector(float[] values) {
    try (MemoryWorkspace ignored = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      return Nd4j.createFromArray(values);
    }
  }
}
