package io.github.sae4j.cuda.engine;

import static io.github.sae4j.cuda.engine.DeviceTensor.addressOf;

import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.cuda.driver.Kernel;
import io.github.sae4j.cuda.driver.KernelCall;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Tensor;
import java.util.Objects;

/** Arithmetic on tensors of a device. */
@SuppressWarnings("EnumOrdinal") // kernels know rules and operations by their numbers
abstract class CudaMaths implements DeviceEngine {
  private static final int PART = 8192; // numbers whose sum a block computes
  private static final int SUM_ROWS = 128; // rows whose sum a block computes
  private static final int THREADS = 256;
  static final int ROW_THREADS = 128;

  private static final Later NOTHING = Later.of(0);

  /** Kinds of sums, as in sums.cu. */
  private enum Sum {
    VALUES,
    MAGNITUDES,
    SQUARES,
    PRODUCT
  }

  final Device device;

  CudaMaths(Gpu gpu) {
    this.device = new Device(this, gpu);
  }

  /** Returns a tensor of this engine; null for null. */
  final DeviceTensor of(Tensor tensorOrNull) {
    if (tensorOrNull == null || owns(tensorOrNull)) {
      return (DeviceTensor) tensorOrNull;
    }
    throw new IllegalArgumentException(
        "a tensor of another engine, " + tensorOrNull.getClass().getSimpleName() + ", on " + gpu());
  }

  /** Returns whether a tensor is one of this engine. */
  final boolean owns(Tensor tensor) {
    return tensor instanceof DeviceTensor mine && mine.isOn(device);
  }

  private Gpu gpu() {
    return device.context.gpu();
  }

  final DeviceTensor made(long rows, int width) {
    return new DeviceTensor(device, device.pool.take(DeviceTensor.bytes(rows, width)), rows, width);
  }

  private DeviceTensor madeLike(DeviceTensor x) {
    return made(x.rows(), x.width());
  }

  private static void requireLength(DeviceTensor x, DeviceTensor y) {
    if (x.length() != y.length()) {
      throw new IllegalArgumentException("expected " + x.length() + " values, got " + y.length());
    }
  }

  static void requireVector(DeviceTensor vector, long length) {
    if (vector.length() != length) {
      throw new IllegalArgumentException(
          "expected a vector of " + length + " values, got " + vector.length());
    }
  }

  static void requireWidth(DeviceTensor x, int width) {
    if (x.width() != width) {
      throw new IllegalArgumentException("expected rows of " + width + ", got " + x.width());
    }
  }

  @Override
  public synchronized Tensor tensor(long rows, int width) {
    return new DeviceTensor(device, device.pool.keep(DeviceTensor.bytes(rows, width)), rows, width);
  }

  @Override
  public synchronized Tensor undefined(long rows, int width, Tensor like) {
    of(like);
    return made(rows, width);
  }

  private void apply(
      VectorOp op, DeviceTensor xOrNull, DeviceTensor yOrNull, Later number, DeviceTensor out) {
    device.over(
        device
            .call(device.kernels.vectorOp)
            .i64(addressOf(xOrNull))
            .i64(addressOf(yOrNull))
            .i64(DeviceLater.address(number))
            .i64(out.changed())
            .i64(out.length())
            .i32(op.ordinal())
            .f64(DeviceLater.host(number)),
        out.length());
  }

  private void combine(VectorOp op, Tensor x, Tensor y) {
    DeviceTensor mine = of(x);
    requireLength(mine, of(y));
    apply(op, mine, of(y), NOTHING, mine);
  }

  /** Applies a function of one number to each value of a matrix, in place. */
  final void apply(VectorOp op, DeviceTensor x) {
    apply(op, x, null, NOTHING, x);
  }

  @Override
  public synchronized Tensor copy(Tensor x) {
    DeviceTensor copy = madeLike(of(x));
    apply(VectorOp.COPY, of(x), null, NOTHING, copy);
    return copy;
  }

  @Override
  public synchronized void assign(Tensor to, Tensor from) {
    requireLength(of(to), of(from));
    apply(VectorOp.COPY, of(from), null, NOTHING, of(to));
  }

  @Override
  public synchronized void fill(Tensor x, double value) {
    apply(VectorOp.FILL, null, null, Later.of(value), of(x));
  }

  @Override
  public synchronized void add(Tensor x, Tensor y) {
    combine(VectorOp.SUM, x, y);
  }

  @Override
  public synchronized void subtract(Tensor x, Tensor y) {
    combine(VectorOp.DIFFERENCE, x, y);
  }

  @Override
  public synchronized void subtractFrom(Tensor x, Tensor from) {
    combine(VectorOp.DIFFERENCE_TURNED, x, from);
  }

  @Override
  public synchronized void multiply(Tensor x, Tensor y) {
    combine(VectorOp.PRODUCT, x, y);
  }

  @Override
  public synchronized void divide(Tensor x, Tensor y) {
    combine(VectorOp.QUOTIENT, x, y);
  }

  @Override
  public synchronized void add(Tensor x, double value) {
    apply(VectorOp.PLUS, of(x), null, Later.of(value), of(x));
  }

  @Override
  public synchronized void scale(Tensor x, Later factor) {
    apply(VectorOp.TIMES, of(x), null, factor, of(x));
  }

  @Override
  public synchronized Tensor scaled(Tensor x, Later factor) {
    DeviceTensor scaled = madeLike(of(x));
    apply(VectorOp.TIMES, of(x), null, factor, scaled);
    return scaled;
  }

  @Override
  public synchronized void divide(Tensor x, double divisor) {
    apply(VectorOp.OVER, of(x), null, Later.of(divisor), of(x));
  }

  @Override
  public synchronized Tensor exponentials(Tensor x) {
    DeviceTensor powers = madeLike(of(x));
    apply(VectorOp.EXPONENTIAL, of(x), null, NOTHING, powers);
    return powers;
  }

  @Override
  public synchronized Tensor minusRow(Tensor x, Tensor row) {
    DeviceTensor difference = madeLike(of(x));
    rowsAdd(of(x), of(row), difference, -1);
    return difference;
  }

  @Override
  public synchronized void addToRows(Tensor x, Tensor row) {
    rowsAdd(of(x), of(row), of(x), 1);
  }

  private void rowsAdd(DeviceTensor x, DeviceTensor row, DeviceTensor out, float sign) {
    requireVector(row, x.width());
    device.over(
        device
            .call(device.kernels.rowsAdd)
            .i64(x.address())
            .i64(row.address())
            .i64(out.changed())
            .i64(x.length())
            .i32(x.width())
            .f32(sign),
        x.length());
  }

  @Override
  public synchronized void scaleRows(Tensor x, Tensor factors) {
    DeviceTensor mine = of(x);
    requireVector(of(factors), mine.rows());
    device.over(
        device
            .call(device.kernels.rowsScale)
            .i64(mine.address())
            .i64(of(factors).address())
            .i64(mine.changed())
            .i64(mine.length())
            .i32(mine.width()),
        mine.length());
  }

  private RuleArguments arguments(DeviceTensor x, Inputs inputs) {
    RuleArguments arguments = new RuleArguments(inputs, this::of);
    arguments.requireVectors(x.length());
    return arguments;
  }

  @Override
  public synchronized void update(Tensor x, EntryRule rule, Inputs inputs) {
    DeviceTensor mine = of(x);
    int n = Math.toIntExact(mine.length());
    RuleArguments arguments = arguments(mine, inputs);
    KernelCall call = device.call(device.kernels.ruleMatrix).i64(mine.address()).i64(0);
    call = arguments.addresses(call).i64(mine.changed()).i64(n).i32(n).i32(0).i32(n);
    device.over(arguments.constants(call, rule), n);
  }

  @Override
  public synchronized Later sum(Tensor x, EntryRule rule, Inputs inputs) {
    DeviceTensor mine = of(x);
    int n = Math.toIntExact(mine.length());
    RuleArguments arguments = arguments(mine, inputs);
    return sumOfParts(
        n,
        parts -> {
          KernelCall call = device.call(device.kernels.ruleSumMatrix).i64(mine.address()).i64(0);
          call = arguments.addresses(call).i64(parts.address()).i64(n).i32(n).i32(0).i32(n);
          return arguments.constants(call, rule);
        });
  }

  /** Passes the arguments of a kernel that sums parts of numbers. */
  interface Parts {
    KernelCall call(Held parts);
  }

  /** Returns a sum of n numbers, of which each block sums a part. */
  final Later sumOfParts(long n, Parts kernel) {
    int blocks = Math.toIntExact(Math.max(1, (n + PART - 1) / PART));
    try (Held parts = device.pool.take((long) blocks * Double.BYTES)) {
      kernel.call(parts).launch(blocks, THREADS);
      return finished(parts, blocks);
    }
  }

  private Later finished(Held parts, int n) {
    DeviceLater sum = device.numbers.next();
    device
        .call(device.kernels.sumFinish)
        .i64(parts.address())
        .i64(sum.address())
        .i64(n)
        .f64(1)
        .launch(1, THREADS);
    return sum;
  }

  /** Returns the sum of doubles. */
  final Later sumOfDoubles(Held numbers, int n) {
    return finished(numbers, n);
  }

  private Later sum(DeviceTensor x, DeviceTensor yOrNull, Sum kind) {
    return sumOfParts(
        x.length(),
        parts ->
            device
                .call(device.kernels.sumParts)
                .i64(x.address())
                .i64(addressOf(yOrNull))
                .i64(parts.address())
                .i64(x.length())
                .i32(kind.ordinal()));
  }

  @Override
  public synchronized Later sum(Tensor x) {
    return sum(of(x), null, Sum.VALUES);
  }

  @Override
  public synchronized Later squares(Tensor x) {
    return sum(of(x), null, Sum.SQUARES);
  }

  @Override
  public synchronized Later product(Tensor x, Tensor y) {
    requireLength(of(x), of(y));
    return sum(of(x), of(y), Sum.PRODUCT);
  }

  @Override
  public synchronized Later spread(Tensor x) {
    DeviceTensor mine = of(x);
    try (DeviceTensor mean = weightedRows(null, mine, 1.0 / mine.rows())) {
      return sumOfParts(
          mine.length(),
          parts ->
              device
                  .call(device.kernels.spreadParts)
                  .i64(mine.address())
                  .i64(mean.address())
                  .i64(parts.address())
                  .i64(mine.length())
                  .i32(mine.width()));
    }
  }

  /** Returns {@code scale·Σ weights[row]·x[row]}, {@code [width]}; null weights are 1. */
  final DeviceTensor weightedRows(DeviceTensor weightsOrNull, DeviceTensor x, double scale) {
    int chunks = Math.toIntExact(Math.max(1, (x.rows() + SUM_ROWS - 1) / SUM_ROWS));
    int width = x.width();
    DeviceTensor sum = made(1, width);
    int blocks = (width + ROW_THREADS - 1) / ROW_THREADS;
    try (Held parts = device.pool.take(DeviceTensor.bytes(chunks, width))) {
      device
          .call(device.kernels.columnParts)
          .i64(addressOf(weightsOrNull))
          .i64(x.address())
          .i64(parts.address())
          .i32(Math.toIntExact(x.rows()))
          .i32(width)
          .launch(blocks, chunks, ROW_THREADS, 0);
      device
          .call(device.kernels.columnFinish)
          .i64(parts.address())
          .i64(sum.address())
          .i32(chunks)
          .i32(width)
          .f64(scale)
          .launch(blocks, ROW_THREADS);
    }
    return sum;
  }

  @Override
  public synchronized Tensor columnSums(Tensor y) {
    return weightedRows(null, of(y), 1);
  }

  @Override
  public synchronized Tensor combineRows(Tensor v, Tensor w) {
    requireVector(of(v), w.rows());
    return weightedRows(of(v), of(w), 1);
  }

  @Override
  public synchronized Tensor rowNorms(Tensor w, int from, int to) {
    DeviceTensor mine = of(w);
    Objects.checkFromToIndex(from, to, mine.width());
    DeviceTensor norms = made(1, Math.toIntExact(mine.rows()));
    rows(
        device
            .call(device.kernels.rowNorms)
            .i64(mine.address())
            .i64(norms.address())
            .i32(mine.width())
            .i32(from)
            .i32(to),
        mine);
    return norms;
  }

  /** Launches a kernel with a block a row. */
  private static void rows(KernelCall call, DeviceTensor w) {
    call.launch(Math.toIntExact(w.rows()), ROW_THREADS);
  }

  @Override
  public synchronized void projectRows(Tensor gradient, Tensor w) {
    DeviceTensor mine = of(gradient);
    requireLength(mine, of(w));
    rows(
        device
            .call(device.kernels.rowsProject)
            .i64(mine.changed())
            .i64(of(w).address())
            .i32(mine.width()),
        mine);
  }

  @Override
  public synchronized void normaliseRows(Tensor w) {
    normalise(of(w), 0);
  }

  @Override
  public synchronized void limitRowNorms(Tensor w, double largest) {
    normalise(of(w), (float) largest);
  }

  private void normalise(DeviceTensor w, float most) {
    Kernel kernel = device.kernels.rowsNormalise;
    rows(device.call(kernel).i64(w.changed()).i32(w.width()).f32(most), w);
  }
}
