package io.github.sae4j.cuda.driver;

/** A kernel of a loaded module; {@link CudaStream#call} launches it. Thread-safe. */
public final class Kernel {
  private static final int NUM_REGISTERS = 4;
  private static final int MAX_DYNAMIC_SHARED_SIZE_BYTES = 8;

  private final CudaModule module;
  private final String name;
  private final long function;
  private final int[] sizesOrNull;

  Kernel(CudaModule module, String name, long function, int[] sizesOrNull) {
    this.module = module;
    this.name = name;
    this.function = function;
    this.sizesOrNull = sizesOrNull;
  }

  /** Returns its name. */
  public String name() {
    return name;
  }

  CudaContext context() {
    return module.context();
  }

  long function() {
    module.handle(); // refuses a closed module
    return function;
  }

  /** Returns the registers per thread. */
  public int registers() {
    context().enter();
    int[] value = new int[1];
    context()
        .done(
            DriverFunctions.cuFuncGetAttribute(value, NUM_REGISTERS, function()), this + " fails");
    return value[0];
  }

  /** Lets a launch ask for so much dynamic shared memory; more than 48 KB need this. */
  public void allowShared(int bytes) {
    context().enter();
    context()
        .done(
            DriverFunctions.cuFuncSetAttribute(function(), MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes),
            this + " cannot have " + bytes + " bytes of shared memory");
  }

  /** Returns how many blocks of so many threads run at once on a multiprocessor. */
  public int blocksPerMultiprocessor(int threads, int sharedBytes) {
    context().enter();
    int[] blocks = new int[1];
    context()
        .done(
            DriverFunctions.cuOccupancyMaxActiveBlocksPerMultiprocessor(
                blocks, function(), threads, sharedBytes),
            this + " fails");
    return blocks[0];
  }

  /**
   * Throws unless the arguments have the number and sizes of the parameters, where the driver knows
   * them.
   */
  void requireArguments(byte[] sizes, int count) {
    if (sizesOrNull == null) {
      return;
    }
    if (count != sizesOrNull.length) {
      throw new IllegalArgumentException(
          this + " takes " + sizesOrNull.length + " arguments, got " + count);
    }
    for (int i = 0; i < count; i++) {
      if (sizes[i] != sizesOrNull[i]) {
        throw new IllegalArgumentException(
            this
                + " takes "
                + sizesOrNull[i]
                + " bytes as argument "
                + (i + 1)
                + ", got "
                + sizes[i]);
      }
    }
  }

  @Override
  public String toString() {
    return "the kernel " + name;
  }
}
