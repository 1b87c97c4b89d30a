package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.Selection;
import java.util.ArrayList;
import java.util.List;

/** Encodes batches: a product by ranges of latents, each read by selectors while it is in cache. */
final class Encoder {
  /**
   * Fraction of active latents at or above which ReLU codes are stored and multiplied as a matrix.
   */
  static final double DENSE_FROM = 0.1;

  private static final double NEVER = 2;

  /** Size of the pre-activations of a range of latents, which stay in the L2 cache. */
  static final long RANGE_BYTES = 32 << 20;

  private static final int TILE = 128;

  private final CudaCodeMaths engine;
  private final Products products;
  private final long rangeBytes;

  Encoder(CudaCodeMaths engine, Products products, long rangeBytes) {
    this.engine = engine;
    this.products = products;
    this.rangeBytes = rangeBytes;
  }

  /** Returns how many latents a range has. */
  static int range(long rows, int nLatents, long rangeBytes) {
    long fitting = rangeBytes / (Float.BYTES * Math.max(1, rows));
    long whole = Math.max(TILE, fitting / TILE * TILE);
    return (int) Math.min(nLatents, whole);
  }

  DeviceTensor affine(DeviceTensor x, DeviceTensor encoder, DeviceTensor bEnc) {
    int nLatents = Math.toIntExact(encoder.rows());
    requireFit(x, encoder, bEnc);
    DeviceTensor pre = engine.made(x.rows(), nLatents);
    try (Products.Encoding product = products.encoding(x, encoder)) {
      int range = range(x.rows(), nLatents, rangeBytes);
      for (int first = 0; first < nLatents; first += range) {
        product.run(first, Math.min(range, nLatents - first), bEnc, pre, first);
      }
    }
    return pre;
  }

  private static void requireFit(DeviceTensor x, DeviceTensor encoder, DeviceTensor bEnc) {
    CudaMaths.requireWidth(x, encoder.width());
    CudaMaths.requireVector(bEnc, encoder.rows());
  }

  List<Codes> encode(
      DeviceTensor x, DeviceTensor encoder, DeviceTensor bEnc, List<Selection> rules) {
    int nLatents = Math.toIntExact(encoder.rows());
    rules.forEach(rule -> rule.requireFits(nLatents));
    if (rules.stream().allMatch(Encoder::needsRanges)) {
      return byRanges(x, encoder, bEnc, rules);
    }
    DeviceTensor pre = affine(x, encoder, bEnc);
    boolean relu = rules.equals(List.of(new Selection.Positive()));
    if (relu) {
      Codes codes = new AboveSelector(engine, pre, null, 0).codes(DENSE_FROM);
      return List.of(keeping(pre, codes));
    }
    List<Codes> codes = new ArrayList<>();
    for (Selection rule : rules) {
      codes.add(select(pre, rule));
    }
    pre.close();
    return codes;
  }

  /** Closes pre-activations unless they have become the codes. */
  private static Codes keeping(DeviceTensor pre, Codes codes) {
    if (!(codes instanceof MatrixCodes)) {
      pre.close();
    }
    return codes;
  }

  private static boolean needsRanges(Selection rule) {
    return !rule.takesEvery()
        && !(rule instanceof Selection.Positive)
        && !(rule instanceof Selection.Above);
  }

  private List<Codes> byRanges(
      DeviceTensor x, DeviceTensor encoder, DeviceTensor bEnc, List<Selection> rules) {
    requireFit(x, encoder, bEnc);
    int nLatents = Math.toIntExact(encoder.rows());
    int rows = Math.toIntExact(x.rows());
    int range = range(rows, nLatents, rangeBytes);
    List<Selector> selectors =
        rules.stream().map(rule -> selector(rule, rows, nLatents, range)).toList();
    try (Products.Encoding product = products.encoding(x, encoder);
        DeviceTensor pre = engine.made(rows, range)) {
      for (int first = 0; first < nLatents; first += range) {
        int width = Math.min(range, nLatents - first);
        product.run(first, width, bEnc, pre, 0);
        for (Selector selector : selectors) {
          selector.accept(pre, 0, first, width);
        }
      }
    }
    return selectors.stream().map(Selector::codes).toList();
  }

  private Selector selector(Selection rule, int rows, int nLatents, int widest) {
    if (rule instanceof Selection.TopK top) {
      return new TopKSelector(engine, rows, nLatents, top.k(), null, false);
    }
    if (rule instanceof Selection.AbsTopK top) {
      return new TopKSelector(engine, rows, nLatents, top.k(), null, true);
    }
    if (rule instanceof Selection.TopKAmong top) {
      Held among = DeviceLatents.bits(top.latents(), engine.device, nLatents);
      return new TopKSelector(engine, rows, nLatents, top.k(), among, false);
    }
    if (rule instanceof Selection.BatchTopK top) {
      return new BatchTopKSelector(engine, rows, nLatents, top.k(), widest);
    }
    throw new IllegalArgumentException(rule + " does not select by ranges of latents");
  }

  /** Selects codes from all pre-activations of a batch, which do not change. */
  Codes select(DeviceTensor pre, Selection rule) {
    int nLatents = pre.width();
    rule.requireFits(nLatents);
    if (rule instanceof Selection.All) {
      return new MatrixCodes(engine, engine.of(engine.copy(pre)), false);
    }
    if (rule instanceof Selection.Sigmoid) {
      DeviceTensor copy = engine.of(engine.copy(pre));
      engine.apply(VectorOp.SIGMOID, copy);
      return new MatrixCodes(engine, copy, false);
    }
    if (rule instanceof Selection.Positive) {
      return new AboveSelector(engine, pre, null, 0).codes(NEVER);
    }
    if (rule instanceof Selection.Above above) {
      return above(pre, above);
    }
    Selector selector = selector(rule, Math.toIntExact(pre.rows()), nLatents, nLatents);
    selector.accept(pre, 0, 0, nLatents);
    return selector.codes();
  }

  private Codes above(DeviceTensor pre, Selection.Above rule) {
    if (rule.tensor() != null && engine.owns(rule.tensor())) {
      return new AboveSelector(engine, pre, engine.of(rule.tensor()), rule.below()).codes(NEVER);
    }
    double[] thresholds = rule.thresholds();
    try (DeviceTensor uploaded = engine.made(1, thresholds.length)) {
      uploaded.setDoubles(thresholds);
      return new AboveSelector(engine, pre, uploaded, 0).codes(NEVER);
    }
  }
}
