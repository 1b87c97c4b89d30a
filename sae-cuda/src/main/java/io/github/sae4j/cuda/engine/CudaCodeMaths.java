package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.cuda.driver.Kernel;
import io.github.sae4j.cuda.driver.KernelCall;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.SparseCodes;
import io.github.sae4j.engine.Tensor;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Arithmetic on codes of a device. Codes on the heap are uploaded. */
abstract class CudaCodeMaths extends CudaMaths {
  private static final Inputs ONCE = Inputs.ofConstants(1, 0);
  private static final int FIRED_ROWS = 64; // that a thread of fired_matrix looks at
  private static final int THREADS = 256;

  CudaCodeMaths(Gpu gpu) {
    super(gpu);
  }

  /** Returns codes of this engine. */
  final Codes of(Codes codes) {
    if ((codes instanceof DeviceCodes sparse && sparse.isOf(this))
        || (codes instanceof MatrixCodes dense && dense.isOf(this))) {
      return codes;
    }
    if (codes instanceof SparseCodes heap) {
      return upload(heap);
    }
    throw new IllegalArgumentException(
        "codes of another engine, " + codes + ", for " + device.context.gpu());
  }

  /** Returns sparse codes of this engine. */
  final DeviceCodes sparse(Codes codes) {
    if (of(codes) instanceof DeviceCodes sparse) {
      return sparse;
    }
    throw new IllegalArgumentException("sparse codes are expected, got " + codes);
  }

  private DeviceCodes upload(SparseCodes codes) {
    int n = Math.toIntExact(codes.activations());
    Positions at = new Positions(device, codes.rows(), codes.nLatents(), n);
    DeviceTensor values = made(1, at.capacity());
    device.staging.upload(codes.rowStarts(), codes.rows() + 1, at.startsHeld().memory());
    device.staging.upload(codes.latents(), n, at.latentsHeld().memory());
    float[] floats = new float[n];
    for (int i = 0; i < n; i++) {
      floats[i] = (float) codes.value(i);
    }
    device.staging.upload(floats, 0, n, values.held().memory(), 0);
    at.knowCount(n);
    return new DeviceCodes(this, at, values);
  }

  @Override
  public synchronized Optional<SparseCodes> toHeap(Codes codes) {
    if (of(codes) instanceof DeviceCodes sparse) {
      return Optional.of(sparse.toHost());
    }
    MatrixCodes dense = (MatrixCodes) codes;
    return dense.rectified() || dense.to() - dense.from() < dense.nLatents()
        ? Optional.of(dense.toHost())
        : Optional.empty();
  }

  private DeviceTensor valuesOf(Codes codes) {
    Codes mine = of(codes);
    return mine instanceof DeviceCodes sparse ? sparse.values() : ((MatrixCodes) mine).matrix();
  }

  private RuleArguments arguments(Codes codes, Inputs inputs) {
    List<DeviceTensor> same = new ArrayList<>();
    for (Codes other : inputs.same()) {
      DeviceTensor values = valuesOf(other);
      same.add(
          codes instanceof MatrixCodes && !(other instanceof MatrixCodes)
              ? of(matrix(other))
              : values);
    }
    RuleArguments arguments = new RuleArguments(inputs, this::of, same);
    arguments.requireVectors(codes.nLatents());
    return arguments;
  }

  @Override
  public Codes everyEntry(Tensor matrix) {
    return new MatrixCodes(this, of(matrix), false);
  }

  @Override
  public synchronized Tensor matrix(Codes codes) {
    if (of(codes) instanceof MatrixCodes dense) {
      return dense.matrix();
    }
    DeviceCodes sparse = sparse(codes);
    long bytes = DeviceTensor.bytes(codes.rows(), codes.nLatents());
    DeviceTensor matrix =
        new DeviceTensor(device, device.zeros(bytes), codes.rows(), codes.nLatents());
    device.warps(
        entries(device.call(device.kernels.entriesToMatrix), sparse)
            .i64(matrix.address())
            .i32(codes.rows())
            .i32(codes.nLatents()),
        codes.rows());
    return matrix;
  }

  /** Passes the starts, latents and values. */
  static KernelCall entries(KernelCall call, DeviceCodes codes) {
    Positions at = codes.positions();
    return call.i64(at.starts()).i64(at.latents()).i64(codes.values().address());
  }

  final DeviceTensor zeroVector(int length) {
    return new DeviceTensor(device, device.zeros(DeviceTensor.bytes(1, length)), 1, length);
  }

  @Override
  public synchronized Codes ones(Latents latents, int nLatents, Tensor like) {
    of(like);
    int most = latents instanceof DeviceLatents ? nLatents : latents.count();
    Positions at = new Positions(device, 1, nLatents, most);
    DeviceTensor values = made(1, at.capacity());
    Held bits = DeviceLatents.bits(latents, device, nLatents);
    device
        .call(device.kernels.setCodes)
        .i64(bits.address())
        .i64(at.starts())
        .i64(at.latents())
        .i64(values.address())
        .i32(nLatents)
        .launch(1, THREADS);
    return new DeviceCodes(this, at, values);
  }

  @Override
  public synchronized Codes map(Codes codes, EntryRule rule, Inputs inputs) {
    return map(of(codes), rule, inputs, false);
  }

  @Override
  public synchronized Codes replace(Codes codes, EntryRule rule, Inputs inputs) {
    return map(of(codes), rule, inputs, true);
  }

  private Codes map(Codes codes, EntryRule rule, Inputs inputs, boolean overwrite) {
    RuleArguments arguments = arguments(codes, inputs);
    if (codes instanceof MatrixCodes dense) {
      DeviceTensor matrix = dense.matrix();
      DeviceTensor out = overwrite ? matrix : made(matrix.rows(), matrix.width());
      KernelCall call = device.call(device.kernels.ruleMatrix);
      call = arguments.addresses(active(call, dense, matrix, rule)).i64(out.changed());
      device.over(arguments.constants(range(call, dense), rule), matrix.length());
      return dense.with(out);
    }
    DeviceCodes sparse = sparse(codes);
    Positions at = sparse.positions();
    DeviceTensor out = overwrite ? sparse.values() : made(1, at.capacity());
    KernelCall call = entries(device.call(device.kernels.ruleEntries), sparse);
    call = arguments.addresses(call).i64(out.address()).i32(at.rows());
    device.over(arguments.constants(call, rule), at.capacity());
    return new DeviceCodes(this, at, out);
  }

  /** Passes values, and the matrix that must be positive for a value to take part. */
  private static KernelCall active(
      KernelCall call, MatrixCodes codes, DeviceTensor values, EntryRule rule) {
    boolean ofPositive = rule == EntryRule.POWER || rule == EntryRule.POWER_SLOPE;
    boolean mask = codes.rectified() || ofPositive;
    return call.i64(values.address()).i64(mask ? codes.matrix().address() : 0);
  }

  private static KernelCall range(KernelCall call, MatrixCodes codes) {
    return call.i64(codes.matrix().length())
        .i32(codes.nLatents())
        .i32(codes.from())
        .i32(codes.to());
  }

  /** Returns a matrix with 0 where codes are not active. */
  final synchronized DeviceTensor active(MatrixCodes codes, DeviceTensor values) {
    DeviceTensor out = made(values.rows(), values.width());
    RuleArguments arguments = new RuleArguments(ONCE, this::of);
    KernelCall call = device.call(device.kernels.ruleMatrix);
    call = arguments.addresses(active(call, codes, values, EntryRule.SCALE)).i64(out.address());
    device.over(arguments.constants(range(call, codes), EntryRule.SCALE), out.length());
    return out;
  }

  final synchronized Codes sample(DeviceCodes codes, Tensor matrix) {
    requireWidth(of(matrix), codes.nLatents());
    Positions at = codes.positions();
    DeviceTensor out = made(1, at.capacity());
    device.warps(
        device
            .call(device.kernels.entriesSample)
            .i64(at.starts())
            .i64(at.latents())
            .i64(of(matrix).address())
            .i64(out.address())
            .i32(at.rows())
            .i32(at.nLatents()),
        at.rows());
    return new DeviceCodes(this, at, out);
  }

  final synchronized Codes weights(DeviceCodes codes, Tensor weights) {
    requireVector(of(weights), codes.nLatents());
    Positions at = codes.positions();
    DeviceTensor out = made(1, at.capacity());
    device.over(
        device
            .call(device.kernels.entriesWeights)
            .i64(at.starts())
            .i64(at.latents())
            .i64(of(weights).address())
            .i64(out.address())
            .i32(at.rows()),
        at.capacity());
    return new DeviceCodes(this, at, out);
  }

  @Override
  public synchronized Codes withoutZeros(Codes codes) {
    return of(codes) instanceof MatrixCodes dense
        ? dense
        : keep(sparse(codes), null, null, 0, codes.nLatents(), true);
  }

  /**
   * Returns only some entries.
   *
   * @param amongOrNull the latents to keep; null for all
   * @param thresholdsOrNull values to exceed, {@code [nLatents]}; null for none
   * @param from first latent to keep
   * @param to end (exclusive) of the latents to keep
   */
  final synchronized DeviceCodes keep(
      DeviceCodes codes,
      Held amongOrNull,
      DeviceTensor thresholdsOrNull,
      int from,
      int to,
      boolean nonZero) {
    Positions all = codes.positions();
    Positions at = new Positions(device, all.rows(), all.nLatents(), all.capacity());
    DeviceTensor kept = made(1, at.capacity());
    try (Held counts = device.pool.take((long) at.rows() * Integer.BYTES)) {
      device.warps(
          entries(device.call(device.kernels.keepCount), codes)
              .i64(amongOrNull == null ? 0 : amongOrNull.address())
              .i64(DeviceTensor.addressOf(thresholdsOrNull))
              .i64(counts.address())
              .i32(at.rows())
              .i32(from)
              .i32(to)
              .i32(nonZero ? 1 : 0),
          at.rows());
      device.scan(counts, at.rows(), at.startsHeld(), null);
    }
    device.warps(
        entries(device.call(device.kernels.keepWrite), codes)
            .i64(codes.values().address())
            .i64(amongOrNull == null ? 0 : amongOrNull.address())
            .i64(DeviceTensor.addressOf(thresholdsOrNull))
            .i64(at.starts())
            .i64(at.latents())
            .i64(kept.address())
            .i32(at.rows())
            .i32(from)
            .i32(to)
            .i32(nonZero ? 1 : 0),
        at.rows());
    return new DeviceCodes(this, at, kept);
  }

  @Override
  public synchronized Later sum(Codes codes, EntryRule rule, Inputs inputs) {
    Codes mine = of(codes);
    RuleArguments arguments = arguments(mine, inputs);
    if (mine instanceof MatrixCodes dense) {
      return sumOfParts(
          dense.matrix().length(),
          parts -> {
            KernelCall call = device.call(device.kernels.ruleSumMatrix);
            call = arguments.addresses(active(call, dense, dense.matrix(), rule));
            return arguments.constants(range(call.i64(parts.address()), dense), rule);
          });
    }
    DeviceCodes sparse = sparse(mine);
    return sumOfParts(
        sparse.positions().capacity(),
        parts -> {
          KernelCall call = entries(device.call(device.kernels.ruleSumEntries), sparse);
          call = arguments.addresses(call).i64(parts.address()).i32(codes.rows());
          return arguments.constants(call, rule);
        });
  }

  @Override
  public synchronized Tensor sumByLatent(Codes codes, EntryRule rule, Inputs inputs, Tensor like) {
    of(like);
    DeviceCodes sparse = sparse(codes);
    RuleArguments arguments = arguments(sparse, inputs);
    DeviceTensor sums = made(1, codes.nLatents());
    LatentEntries by = sparse.positions().byLatent();
    KernelCall call =
        device
            .call(device.kernels.ruleByLatent)
            .i64(by.starts())
            .i64(by.entries())
            .i64(sparse.values().address());
    call = arguments.addresses(call).i64(sums.address()).i32(codes.nLatents());
    device.warps(arguments.constants(call, rule), codes.nLatents());
    return sums;
  }

  @Override
  public synchronized Tensor latentSums(Codes codes) {
    if (of(codes) instanceof MatrixCodes dense) {
      return columnSums(dense.matrix());
    }
    DeviceCodes sparse = sparse(codes);
    DeviceTensor sums = made(1, codes.nLatents());
    LatentEntries by = sparse.positions().byLatent();
    device.warps(
        device
            .call(device.kernels.latentSums)
            .i64(by.starts())
            .i64(by.entries())
            .i64(sparse.values().address())
            .i64(sums.address())
            .i32(codes.nLatents()),
        codes.nLatents());
    return sums;
  }

  @Override
  public synchronized Codes sideBySide(List<Codes> parts) {
    List<DeviceCodes> all = parts.stream().map(this::sparse).toList();
    Positions first = all.get(0).positions();
    int rows = first.rows();
    long capacity = all.stream().mapToLong(part -> part.positions().capacity()).sum();
    Positions at = new Positions(device, rows, first.nLatents(), capacity);
    DeviceTensor values = made(1, at.capacity());
    try (Held counts = device.zeros((long) rows * Integer.BYTES);
        Held cursor = device.pool.take((long) rows * Integer.BYTES)) {
      for (DeviceCodes part : all) {
        device.each(
            device
                .call(device.kernels.besideCount)
                .i64(part.positions().starts())
                .i64(counts.address())
                .i32(rows),
            rows);
      }
      device.scan(counts, rows, at.startsHeld(), cursor);
      for (DeviceCodes part : all) {
        device.warps(
            entries(device.call(device.kernels.besideAppend), part)
                .i64(cursor.address())
                .i64(at.latents())
                .i64(values.address())
                .i32(rows),
            rows);
      }
    }
    return new DeviceCodes(this, at, values);
  }

  @Override
  public Later nonZeros(Codes codes) {
    return statistics(codes)[0];
  }

  @Override
  public Later smallestPositive(Codes codes) {
    return statistics(codes)[1];
  }

  static OptionalDouble optional(Later number) {
    double value = number.get();
    return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private synchronized Later[] statistics(Codes codes) {
    Codes mine = of(codes);
    DeviceTensor values = valuesOf(mine);
    long n = values.length();
    try (Held counts = device.pool.take(2L * Long.BYTES)) {
      DeviceLater[] numbers = device.numbers.next(2);
      device.compute.fill(counts.memory(), 0, 0, 2);
      device.compute.fill(counts.memory(), Long.BYTES, -1, 2);
      long starts = mine instanceof DeviceCodes sparse ? sparse.positions().starts() : 0;
      device.over(
          device
              .call(device.kernels.valuesStats)
              .i64(starts)
              .i64(values.address())
              .i64(counts.address())
              .i64(n)
              .i32(codes.rows()),
          n);
      device
          .call(device.kernels.statsNumbers)
          .i64(counts.address())
          .i64(numbers[0].address())
          .launch(1, 32);
      return numbers;
    }
  }

  /** Returns the latents that fired, and waits for them. */
  final synchronized BitSet fired(Codes codes) {
    int nLatents = codes.nLatents();
    try (Held bits = device.zeros((long) DeviceLatents.words(nLatents) * Integer.BYTES)) {
      fired(codes, bits, device.call(firedKernel(codes)));
      device.await();
      return DeviceLatents.toBitSet(device, bits, nLatents);
    }
  }

  final Kernel firedKernel(Codes codes) {
    return codes instanceof MatrixCodes ? device.kernels.firedMatrix : device.kernels.firedEntries;
  }

  /** Launches the kernel that sets the bits of latents that fired. */
  final void fired(Codes codes, Held bits, KernelCall call) {
    if (codes instanceof MatrixCodes dense) {
      call.i64(dense.matrix().address())
          .i64(bits.address())
          .i32(dense.rows())
          .i32(dense.nLatents())
          .i32(dense.from())
          .i32(dense.to())
          .i32(dense.rectified() ? 1 : 0)
          .launch(
              (dense.nLatents() + ROW_THREADS - 1) / ROW_THREADS,
              (dense.rows() + FIRED_ROWS - 1) / FIRED_ROWS,
              ROW_THREADS,
              0);
      return;
    }
    device.warps(
        entries(call, (DeviceCodes) codes).i64(bits.address()).i32(codes.rows()), codes.rows());
  }
}
