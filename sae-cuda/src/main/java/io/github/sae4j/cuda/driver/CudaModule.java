package io.github.sae4j.cuda.driver;

/** Kernels that have been loaded to a GPU. */
public final class CudaModule extends CudaResource {
  private final String name;

  CudaModule(CudaContext context, long handle, String name) {
    super(context, handle);
    this.name = name;
  }

  /**
   * Returns a kernel. It must not be launched after this module is closed.
   *
   * @throws CudaException if the module has none of that name
   */
  public Kernel kernel(String kernel) {
    context().enter();
    long[] function = new long[1];
    context()
        .done(
            DriverFunctions.cuModuleGetFunction(function, handle(), kernel),
            this + " has no kernel " + kernel);
    return new Kernel(this, kernel, function[0], KernelParameters.of(function[0]).orElse(null));
  }

  @Override
  int destroy(long handle) {
    return DriverFunctions.cuModuleUnload(handle);
  }

  @Override
  public String toString() {
    return "the module " + name;
  }
}
