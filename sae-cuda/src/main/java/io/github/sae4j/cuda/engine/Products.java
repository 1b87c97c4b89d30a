package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.blas.LtProduct;
import io.github.sae4j.cuda.blas.LtProduct.InputType;
import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.Kernel;
import io.github.sae4j.product.Precision;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Dense products: x·Wᵀ by cublasLt if there is one, everything else by our kernels. */
final class Products {
  private static final int TILE = 128;
  private static final int THREADS = 256;
  private static final int WORD = 4; // floats of 16 bytes, which a thread copies at once
  private static final long WORKSPACE_BYTES = 32 << 20;

  private final Device device;
  private final Precision precision;
  private final CublasLt library; // null for our kernels
  private final Held workspace;
  private final Map<LtProduct.Shape, LtProduct> plans = new HashMap<>();
  private HalfCopy half; // null until it is needed

  /**
   * @param precision of the encoder's product
   */
  Products(Device device, Precision precision, Optional<CublasLt> library) {
    this.device = device;
    this.precision = precision;
    this.library = library.orElse(null);
    this.workspace = library.isPresent() ? device.pool.keep(WORKSPACE_BYTES) : null;
  }

  static void requirePossible(Precision precision, CudaContext context) {
    if (precision != Precision.FLOAT32 && context.gpu().major() < 8) {
      throw new IllegalArgumentException(
          "--precision %s needs a GPU of compute capability 8.0 or higher, but %s has %s; choose float32"
              .formatted(precision, context.gpu(), context.gpu().capability()));
    }
  }

  /** An encoder's product with some rows, latents by latents. */
  final class Encoding implements AutoCloseable {
    private final DeviceTensor x;
    private final DeviceTensor encoder;
    private final Held x16; // null in other precisions

    private Encoding(DeviceTensor x, DeviceTensor encoder) {
      this.x = x;
      this.encoder = encoder;
      this.x16 = precision == Precision.BFLOAT16 ? half(x) : null;
      if (x16 != null) {
        ensureHalf(encoder);
      }
    }

    /**
     * Computes {@code x·Wᵀ + bias} of some latents.
     *
     * @param column of out, which gets the first of them
     */
    void run(int first, int count, DeviceTensor bias, DeviceTensor out, int column) {
      if (x16 == null) {
        multiply(x, encoder, first, count, bias, out, column, precision);
      } else {
        multiply16(x16, x, first, count, bias, out, column);
      }
    }

    @Override
    public void close() {
      if (x16 != null) {
        x16.close();
      }
    }
  }

  Encoding encoding(DeviceTensor x, DeviceTensor encoder) {
    return new Encoding(x, encoder);
  }

  /** Computes {@code x·Wᵀ + bias} in float32. */
  void exact(DeviceTensor x, DeviceTensor w, DeviceTensor biasOrNull, DeviceTensor out) {
    multiply(x, w, 0, out.width(), biasOrNull, out, 0, Precision.FLOAT32);
  }

  private void multiply(
      DeviceTensor x,
      DeviceTensor w,
      int first,
      int count,
      DeviceTensor biasOrNull,
      DeviceTensor out,
      int column,
      Precision in) {
    long wAt = (long) first * w.width() * Float.BYTES;
    boolean aligned = w.width() % WORD == 0;
    if (library != null && biasOrNull != null && suits(wAt, column)) {
      InputType type = in == Precision.TF32 ? InputType.TF32 : InputType.FLOAT32;
      plan(type, x.rows(), x.width(), count, out.width())
          .run(
              device.compute,
              x.held().memory(),
              0,
              w.held().memory(),
              wAt,
              biasOrNull.held().memory(),
              (long) first * Float.BYTES,
              out.held().memory(),
              (long) column * Float.BYTES);
      return;
    }
    if (in == Precision.TF32 && aligned) {
      tensorProduct(
          device.kernels.productTf32,
          x.address(),
          x.rows(),
          w.address() + wAt,
          x.width(),
          first,
          count,
          biasOrNull,
          out,
          column);
      return;
    }
    device
        .call(device.kernels.productNt)
        .i64(x.address())
        .i64(w.address() + wAt)
        .i64(biasAt(biasOrNull, first))
        .i64(out.address() + (long) column * Float.BYTES)
        .i32(Math.toIntExact(x.rows()))
        .i32(count)
        .i32(x.width())
        .i32(x.width())
        .i32(w.width())
        .i32(out.width())
        .i32(0)
        .launch(tiles(count), tiles(x.rows()), THREADS, 0);
  }

  /** Returns whether cublasLt takes operands that begin there. */
  private static boolean suits(long wAt, int column) {
    return wAt % LtProduct.ALIGNMENT == 0 && (long) column * Float.BYTES % LtProduct.ALIGNMENT == 0;
  }

  private static long biasAt(DeviceTensor biasOrNull, int first) {
    return biasOrNull == null ? 0 : biasOrNull.address() + (long) first * Float.BYTES;
  }

  private static int tiles(long n) {
    return Math.toIntExact((n + TILE - 1) / TILE);
  }

  /** Multiplies on tensor cores; words are the 32-bit words of a row of both operands. */
  private void tensorProduct(
      Kernel kernel,
      long x,
      long rows,
      long w,
      int words,
      int first,
      int count,
      DeviceTensor bias,
      DeviceTensor out,
      int column) {
    device
        .call(kernel)
        .i64(x)
        .i64(w)
        .i64(biasAt(bias, first))
        .i64(out.address() + (long) column * Float.BYTES)
        .i32(Math.toIntExact(rows))
        .i32(count)
        .i32(words)
        .i32(words)
        .i32(words)
        .i32(out.width())
        .launch(tiles(count), tiles(rows), THREADS, 0);
  }

  private void multiply16(
      Held x16,
      DeviceTensor x,
      int first,
      int count,
      DeviceTensor bias,
      DeviceTensor out,
      int column) {
    int terms = half.pitch();
    long wAt = (long) first * terms * Short.BYTES;
    if (library != null && suits(wAt, column)) {
      plan(InputType.BFLOAT16, x.rows(), terms, count, out.width())
          .run(
              device.compute,
              x16.memory(),
              0,
              half.memory().memory(),
              wAt,
              bias.held().memory(),
              (long) first * Float.BYTES,
              out.held().memory(),
              (long) column * Float.BYTES);
      return;
    }
    tensorProduct(
        device.kernels.productBf16,
        x16.address(),
        x.rows(),
        half.memory().address() + wAt,
        terms / 2,
        first,
        count,
        bias,
        out,
        column);
  }

  private LtProduct plan(InputType type, long rows, int terms, int width, int pitch) {
    return plans.computeIfAbsent(
        new LtProduct.Shape(type, Math.toIntExact(rows), terms, width, pitch),
        shape -> new LtProduct(library, device.context, shape, workspace.memory()));
  }

  private Held half(DeviceTensor x) {
    int pitch = HalfCopy.pitch(x.width());
    Held x16 = device.pool.take(x.rows() * pitch * Short.BYTES);
    cast(x, x16, pitch);
    return x16;
  }

  private void ensureHalf(DeviceTensor encoder) {
    if (half == null || !half.isOf(encoder)) {
      release();
      half = new HalfCopy(encoder, device.pool);
    }
    if (!half.isCurrent()) {
      cast(encoder, half.memory(), half.pitch());
      half.update();
    }
  }

  private void cast(DeviceTensor x, Held to, int pitch) {
    device.over(
        device
            .call(device.kernels.cast16)
            .i64(x.address())
            .i64(0)
            .i64(to.address())
            .i64(x.rows())
            .i32(x.width())
            .i32(pitch),
        x.rows() * pitch);
  }

  /** Returns the copy in half precision that a step of Adam on w keeps up to date. */
  Optional<HalfCopy> halfOf(DeviceTensor w) {
    return Optional.ofNullable(half).filter(copy -> copy.isOf(w));
  }

  /** Computes {@code a·b}. */
  void multiply(DeviceTensor a, DeviceTensor b, DeviceTensor out) {
    int m = Math.toIntExact(a.rows());
    plain(device.kernels.productNn, a, b, out, m, a.width(), false);
  }

  /** Computes {@code aᵀ·b}, or adds it to out. */
  void multiplyTransposed(DeviceTensor a, DeviceTensor b, DeviceTensor out, boolean add) {
    plain(device.kernels.productTn, a, b, out, a.width(), Math.toIntExact(a.rows()), add);
  }

  private void plain(
      Kernel kernel,
      DeviceTensor a,
      DeviceTensor b,
      DeviceTensor out,
      int m,
      int inner,
      boolean add) {
    device
        .call(kernel)
        .i64(a.address())
        .i64(b.address())
        .i64(0)
        .i64(out.changed())
        .i32(m)
        .i32(b.width())
        .i32(inner)
        .i32(a.width())
        .i32(b.width())
        .i32(out.width())
        .i32(add ? 1 : 0)
        .launch(tiles(b.width()), tiles(m), THREADS, 0);
  }

  /** Frees the copy in half precision. */
  void release() {
    if (half != null) {
      half.close();
      half = null;
    }
  }

  void close() {
    plans.values().forEach(LtProduct::close);
    plans.clear();
  }

  @Override
  public String toString() {
    return library == null ? "own product" : "cublasLt " + library.versionName();
  }
}
