package io.github.sae4j.cuda;

import java.util.List;

/** The CUDA runtime and the library of ND4J's backend, before ND4J starts. */
interface CudaRuntime {

  /**
   * Returns the GPUs that the runtime sees, supported or not.
   *
   * @throws UnsatisfiedLinkError if the driver or the runtime is missing
   * @throws IllegalStateException if the runtime does not start
   */
  List<CudaDevice> devices();

  /**
   * Loads ND4J's library and the CUDA libraries that it needs.
   *
   * @throws UnsatisfiedLinkError if one of them is missing
   */
  void load();
}
