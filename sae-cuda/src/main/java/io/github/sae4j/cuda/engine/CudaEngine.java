package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.cuda.driver.KernelCall;
import io.github.sae4j.engine.AdamStep;
import io.github.sae4j.engine.Codes;
import io.github.sae4j.engine.DeviceRun;
import io.github.sae4j.engine.EntryRule;
import io.github.sae4j.engine.FactoredGradient;
import io.github.sae4j.engine.Firing;
import io.github.sae4j.engine.Inputs;
import io.github.sae4j.engine.Latents;
import io.github.sae4j.engine.Later;
import io.github.sae4j.engine.Residual;
import io.github.sae4j.engine.Selection;
import io.github.sae4j.engine.Tensor;
import io.github.sae4j.engine.ThresholdPull;
import io.github.sae4j.product.Precision;
import java.util.List;
import java.util.Optional;

/**
 * Computes the primitives on an NVIDIA GPU, in float. Calls enqueue kernels and return; they wait
 * only for the number of codes that pass a threshold ({@link Selection.Positive}, {@link
 * Selection.Above}), which decides how much memory they take.
 *
 * <p>Results are the same bits for the same calls on the same GPU with the same cublasLt, if any:
 * every sum of floats has one order.
 */
public final class CudaEngine extends CudaCodeMaths {
  private final Products products;
  private final Encoder encoder;
  private final Gradients gradients;
  private final Precision precision;
  private boolean closed;

  /**
   * @param rangeBytes size of the pre-activations that are computed and read at a time
   */
  CudaEngine(Gpu gpu, Precision precision, Optional<CublasLt> library, long rangeBytes) {
    super(gpu);
    try {
      Products.requirePossible(precision, device.context);
      products = new Products(device, precision, library);
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
    this.precision = precision;
    encoder = new Encoder(this, products, rangeBytes);
    gradients = new Gradients(this, products);
  }

  /**
   * Opens an engine on a GPU.
   *
   * @throws io.github.sae4j.cuda.driver.CudaException if the GPU or its driver cannot be used
   * @throws IllegalArgumentException if the GPU does not support the precision
   */
  public static CudaEngine open(CudaDriver driver, Gpu gpu, Precision precision) {
    Optional<CublasLt> library = CublasLt.find(driver.version());
    return new CudaEngine(gpu, precision, library, Encoder.RANGE_BYTES);
  }

  /** Opens an engine on a GPU that multiplies in float32. */
  public static CudaEngine open(CudaDriver driver, Gpu gpu) {
    return open(driver, gpu, Precision.FLOAT32);
  }

  /** Returns the context of its GPU. */
  public CudaContext context() {
    return device.context;
  }

  @Override
  public Scope step() {
    synchronized (this) {
      return device.pool.begin();
    }
  }

  @Override
  public synchronized Tensor affine(Tensor x, Tensor weights, Tensor bEnc) {
    return encoder.affine(of(x), of(weights), of(bEnc));
  }

  @Override
  public synchronized Codes select(Tensor preActivations, Selection rule) {
    return encoder.select(of(preActivations), rule);
  }

  @Override
  public synchronized List<Codes> encode(
      Tensor x, Tensor weights, Tensor bEnc, List<Selection> rules) {
    List<Codes> codes = encoder.encode(of(x), of(weights), of(bEnc), rules);
    device.marks.record(); // for what waits for the codes alone
    return codes;
  }

  @Override
  public synchronized Tensor decode(Codes codes, Tensor w) {
    return decode(of(codes), of(w), null, null, null, null, null);
  }

  /**
   * Returns {@code codes·W + bias − target}.
   *
   * @param weightsOrNull added to the products of each latent
   * @param atCodesOrNull gets the error's products at sparse codes
   * @param squaresOrNull gets the squared norms of rows
   */
  private DeviceTensor decode(
      Codes codes,
      DeviceTensor w,
      DeviceTensor biasOrNull,
      DeviceTensor targetOrNull,
      DeviceTensor weightsOrNull,
      DeviceTensor atCodesOrNull,
      DeviceTensor squaresOrNull) {
    if (w.rows() != codes.nLatents()) {
      throw new IllegalArgumentException(
          "expected %d rows, one per latent, got %d".formatted(codes.nLatents(), w.rows()));
    }
    DeviceTensor out = made(codes.rows(), w.width());
    if (codes instanceof MatrixCodes dense) {
      products.multiply(dense.matrix(), w, out);
      return out;
    }
    KernelCall call = entries(device.call(device.kernels.decodeRows), (DeviceCodes) codes);
    call.i64(w.address())
        .i64(DeviceTensor.addressOf(biasOrNull))
        .i64(DeviceTensor.addressOf(targetOrNull))
        .i64(DeviceTensor.addressOf(weightsOrNull))
        .i64(out.address())
        .i64(DeviceTensor.addressOf(atCodesOrNull))
        .i64(DeviceTensor.addressOf(squaresOrNull))
        .i32(w.width())
        .launch(codes.rows(), decodeThreads(w.width()));
    return out;
  }

  private static int decodeThreads(int width) {
    return Math.min(256, ((width + 3) / 4 + 31) / 32 * 32);
  }

  @Override
  public synchronized Codes sampledProduct(Tensor y, Tensor w, Codes at) {
    return of(at) instanceof MatrixCodes dense
        ? sampledProduct(of(y), of(w), dense, null)
        : sampledProduct(of(y), of(w), sparse(at));
  }

  private Codes sampledProduct(DeviceTensor y, DeviceTensor w, DeviceCodes codes) {
    Positions at = codes.positions();
    requireWidth(y, w.width());
    DeviceTensor out = made(1, at.capacity());
    device
        .call(device.kernels.sampledRows)
        .i64(at.starts())
        .i64(at.latents())
        .i64(y.address())
        .i64(w.address())
        .i64(0)
        .i64(out.address())
        .i32(w.width())
        .launch(at.rows(), ROW_THREADS);
    return new DeviceCodes(this, at, out);
  }

  private Codes sampledProduct(
      DeviceTensor y, DeviceTensor w, MatrixCodes at, DeviceTensor weightsOrNull) {
    requireWidth(y, w.width());
    DeviceTensor all = made(y.rows(), at.nLatents());
    products.exact(y, w, weightsOrNull, all);
    if (!at.rectified() && at.to() - at.from() == at.nLatents()) {
      return at.with(all);
    }
    Codes codes = at.sample(all);
    all.close();
    return codes;
  }

  @Override
  public synchronized Residual residual(
      Codes codes, Tensor w, Tensor bias, Tensor target, Tensor weights) {
    if (of(codes) instanceof MatrixCodes dense) {
      Tensor error = residualError(dense, w, bias, target);
      Codes at = sampledProduct(of(error), of(w), dense, of(weights));
      return new Residual(error, at, squares(error));
    }
    DeviceCodes sparse = sparse(codes);
    DeviceTensor atCodes = made(1, sparse.positions().capacity());
    try (DeviceTensor squares = made(1, codes.rows())) {
      DeviceTensor error =
          decode(sparse, of(w), of(bias), of(target), of(weights), atCodes, squares);
      Codes at = new DeviceCodes(this, sparse.positions(), atCodes);
      return new Residual(error, at, sum(squares));
    }
  }

  @Override
  public synchronized Tensor residualError(Codes codes, Tensor w, Tensor bias, Tensor target) {
    if (of(codes) instanceof MatrixCodes dense) {
      Tensor error = decode(dense, w);
      if (bias != null) {
        addToRows(error, bias);
      }
      subtract(error, target);
      return error;
    }
    return decode(sparse(codes), of(w), of(bias), of(target), null, null, null);
  }

  @Override
  public synchronized void accumulate(Codes codes, Tensor y, Tensor out, boolean add) {
    gradients.accumulate(of(codes), of(y), of(out), add);
  }

  @Override
  public synchronized void write(FactoredGradient gradient, Tensor w, Tensor out) {
    gradients.write(gradient, of(w), of(out));
  }

  @Override
  public synchronized void adam(
      Tensor w,
      Tensor mean,
      Tensor variance,
      FactoredGradient gradient,
      AdamStep step,
      boolean unitNorm) {
    gradients.adam(of(w), of(mean), of(variance), gradient, step, unitNorm);
  }

  @Override
  public synchronized void adam(
      Tensor w, Tensor mean, Tensor variance, Tensor gradient, AdamStep step) {
    requireVector(of(gradient), w.length());
    gradients.adam(of(w), of(mean), of(variance), of(gradient), step);
  }

  @Override
  public synchronized Later squaredNorm(FactoredGradient gradient, Tensor w, boolean unitNorm) {
    return gradients.squaredNorm(gradient, of(w), unitNorm);
  }

  @Override
  public synchronized ThresholdPull pullToThresholds(
      Codes selected, Tensor sums, Tensor thresholds, Latents latents, double coefficient) {
    int nLatents = selected.nLatents();
    requireVector(of(sums), nLatents);
    requireVector(of(thresholds), nLatents);
    Held set = DeviceLatents.bits(latents, device, nLatents);
    DeviceCodes above = keep(sparse(selected), set, of(thresholds), 0, nLatents, false);
    DeviceTensor toThresholds = made(1, nLatents);
    LatentEntries by = above.positions().byLatent();
    try (Held pulls = device.pool.take((long) nLatents * Double.BYTES)) {
      device.each(
          device
              .call(device.kernels.thresholdPull)
              .i64(of(sums).address())
              .i64(of(thresholds).address())
              .i64(set.address())
              .i64(by.starts())
              .i64(by.entries())
              .i64(above.values().address())
              .i64(pulls.address())
              .i64(toThresholds.address())
              .i32(nLatents)
              .i32(selected.rows())
              .f64(coefficient),
          nLatents);
      return new ThresholdPull(
          sumOfDoubles(pulls, nLatents),
          toThresholds,
          replace(above, EntryRule.CONSTANT, Inputs.ofConstants(coefficient, 0)));
    }
  }

  @Override
  public synchronized Firing firing(int nLatents, long deadAfterRows) {
    return new DeviceFiring(this, nLatents, deadAfterRows);
  }

  @Override
  public synchronized void requireFits(DeviceRun run) {
    DeviceMemoryPlan.of(run, precision).requireFits(device.context);
  }

  @Override
  public synchronized void await() {
    device.await();
    device.side.synchronize();
  }

  @Override
  public synchronized void release() {
    if (!closed) {
      products.release();
      device.pool.trim();
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      products.close();
      device.close();
    }
  }

  @Override
  public String toString() {
    return "CudaEngine on " + device.context.gpu() + ", " + products;
  }
}
