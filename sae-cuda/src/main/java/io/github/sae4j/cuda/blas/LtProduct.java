package io.github.sae4j.cuda.blas;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaStream;
import io.github.sae4j.cuda.driver.DeviceMemory;

/**
 * A product that cublasLt computes: {@code out = x·Wᵀ + b}, all row after row, in float32 from
 * float32, float16 or bfloat16. cublasLt sees columns, so it computes {@code outᵀ = W·xᵀ} and adds
 * the bias to each column. A plan is made once for its shape; {@link #run} makes no garbage.
 *
 * <p>One thread may use it at a time. It must be closed before its context.
 */
public final class LtProduct implements AutoCloseable {
  private static final int COMPUTE_32F = 68;
  private static final int COMPUTE_32F_FAST_TF32 = 77;
  private static final int DESC_TRANSA = 3;
  private static final int DESC_EPILOGUE = 7;
  private static final int DESC_BIAS_POINTER = 8;
  private static final int EPILOGUE_BIAS = 4;
  private static final int PREFERENCE_MAX_WORKSPACE_BYTES = 1;
  private static final int ALGORITHM_BYTES = 64;
  private static final int RESULT_BYTES = 128;

  /**
   * Multiples of so many bytes at which x, W and out begin. The heuristic chooses among algorithms
   * that need as much, unless a preference says otherwise.
   */
  public static final int ALIGNMENT = 256;

  /** The type of x and W. */
  public enum InputType {
    FLOAT32(0, 4, COMPUTE_32F),
    /** float32 in memory, rounded to TF32 by the tensor cores. */
    TF32(0, 4, COMPUTE_32F_FAST_TF32),
    FLOAT16(2, 2, COMPUTE_32F),
    BFLOAT16(14, 2, COMPUTE_32F);

    private final int code;
    private final int bytes;
    private final int compute;

    InputType(int code, int bytes, int compute) {
      this.code = code;
      this.bytes = bytes;
      this.compute = compute;
    }

    /** Returns the size of a value in bytes. */
    public int bytes() {
      return bytes;
    }
  }

  /**
   * What a plan multiplies.
   *
   * @param type type of x and W
   * @param rows rows of x and out
   * @param terms width of x and W
   * @param width rows of W, width of out
   * @param pitch numbers from one row of out to the next
   */
  public record Shape(InputType type, int rows, int terms, int width, int pitch) {
    /** Creates a shape whose rows of out follow each other. */
    public Shape(InputType type, int rows, int terms, int width) {
      this(type, rows, terms, width, width);
    }

    public Shape {
      if (rows < 1 || terms < 1 || width < 1) {
        throw new IllegalArgumentException(
            "rows, terms and width must be at least 1, got " + rows + ", " + terms + ", " + width);
      }
      if (pitch < width) {
        throw new IllegalArgumentException(
            "pitch must be at least the width, " + width + ", got " + pitch);
      }
    }
  }

  private final CudaContext context;
  private final Shape shape;

  /** Null if cublasLt must do without. */
  private final DeviceMemory workspaceOrNull;

  private final Memory memory = new Memory(RESULT_BYTES + 32);
  private final long scalars = Pointer.nativeValue(memory) + RESULT_BYTES;
  private final LtHandles handles = new LtHandles();
  private final long handle;
  private final long description;
  private final long weights;
  private final long inputs;
  private final long outputs;
  private boolean closed;

  /**
   * Plans a product.
   *
   * @param workspaceOrNull memory that cublasLt may use, which other products of the same stream
   *     may share
   * @throws IllegalStateException if cublasLt has no algorithm for it
   */
  public LtProduct(
      CublasLt library, CudaContext context, Shape shape, DeviceMemory workspaceOrNull) {
    this.context = context;
    this.shape = shape;
    this.workspaceOrNull = workspaceOrNull;
    context.makeCurrent();
    memory.clear();
    memory.setFloat(RESULT_BYTES, 1);
    try {
      handle = handles.library();
      description = handles.description(shape.type.compute);
      set(DESC_TRANSA, 1);
      set(DESC_EPILOGUE, EPILOGUE_BIAS);
      weights = handles.layout(shape.type.code, shape.terms, shape.width, shape.terms);
      inputs = handles.layout(shape.type.code, shape.terms, shape.rows, shape.terms);
      outputs = handles.layout(InputType.FLOAT32.code, shape.width, shape.rows, shape.pitch);
      choose(library);
    } catch (RuntimeException e) {
      handles.close();
      throw e;
    }
  }

  private void choose(CublasLt library) {
    long preference = handles.preference();
    memory.setLong(RESULT_BYTES + 8, workspaceOrNull == null ? 0 : workspaceOrNull.bytes());
    LtHandles.check(
        LtFunctions.cublasLtMatmulPreferenceSetAttribute(
            preference, PREFERENCE_MAX_WORKSPACE_BYTES, scalars + 8, Long.BYTES),
        "cublasLtMatmulPreferenceSetAttribute");
    int[] found = new int[1];
    int status =
        LtFunctions.cublasLtMatmulAlgoGetHeuristic(
            handle,
            description,
            weights,
            inputs,
            outputs,
            outputs,
            preference,
            1,
            Pointer.nativeValue(memory),
            found);
    if (status != 0 || found[0] == 0) {
      throw new IllegalStateException(
          "cublasLt "
              + library.versionName()
              + " has no algorithm for "
              + shape
              + " (status "
              + status
              + ")");
    }
  }

  private void set(int attribute, int value) {
    memory.setInt(RESULT_BYTES + 8, value);
    LtHandles.check(
        LtFunctions.cublasLtMatmulDescSetAttribute(
            description, attribute, scalars + 8, Integer.BYTES),
        "cublasLtMatmulDescSetAttribute");
  }

  /** Returns the bytes of workspace that the chosen algorithm uses. */
  public long workspaceBytes() {
    return memory.getLong(ALGORITHM_BYTES);
  }

  /**
   * Enqueues the product. Offsets are in bytes, those of x, W and out multiples of {@link
   * #ALIGNMENT}.
   *
   * @param x {@code [rows, terms]}
   * @param w {@code [width, terms]}
   * @param bias {@code [width]}, float32
   * @param out {@code [rows, width]}, float32; its rows lie {@code pitch} numbers apart
   */
  public void run(
      CudaStream stream,
      DeviceMemory x,
      long xOffset,
      DeviceMemory w,
      long wOffset,
      DeviceMemory bias,
      long biasOffset,
      DeviceMemory out,
      long outOffset) {
    if (closed) {
      throw new IllegalStateException("the product is closed");
    }
    if ((xOffset | wOffset | outOffset) % ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "offsets of x, W and out must be multiples of %d, got %d, %d and %d"
              .formatted(ALIGNMENT, xOffset, wOffset, outOffset));
    }
    long size = shape.type.bytes;
    long from = x.address(xOffset, size * shape.rows * shape.terms);
    long by = w.address(wOffset, size * shape.width * shape.terms);
    long plus = bias.address(biasOffset, (long) Float.BYTES * shape.width);
    long to = out.address(outOffset, Float.BYTES * ((shape.rows - 1L) * shape.pitch + shape.width));
    context.makeCurrent();
    memory.setLong(RESULT_BYTES + 8, plus);
    LtHandles.check(
        LtFunctions.cublasLtMatmulDescSetAttribute(
            description, DESC_BIAS_POINTER, scalars + 8, Long.BYTES),
        "cublasLtMatmulDescSetAttribute");
    LtHandles.check(
        LtFunctions.cublasLtMatmul(
            handle,
            description,
            scalars,
            by,
            weights,
            from,
            inputs,
            scalars + 4,
            to,
            outputs,
            to,
            outputs,
            Pointer.nativeValue(memory),
            workspaceOrNull == null ? 0 : workspaceOrNull.address(0),
            workspaceOrNull == null ? 0 : workspaceBytes(),
            stream.address()),
        "cublasLtMatmul");
  }

  /** Gives the plan's handles back. The stream's work may still be running. */
  @Override
  public void close() {
    closed = true;
    handles.close();
  }
}
