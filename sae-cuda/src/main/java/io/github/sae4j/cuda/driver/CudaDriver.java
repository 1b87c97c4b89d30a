package io.github.sae4j.cuda.driver;

import static io.github.sae4j.cuda.driver.CudaException.check;

import java.util.ArrayList;
import java.util.List;

/**
 * NVIDIA's driver, initialised. Thread-safe.
 *
 * @param file file of the library
 * @param version the CUDA version that it is for, such as 13000 for 13.0
 */
public record CudaDriver(String file, int version) {
  /** System property with the path of another {@code libcuda.so.1}. */
  public static final String PROPERTY = "sae4j.cuda.driver";

  /**
   * Loads {@code libcuda.so.1}, or the library that {@link #PROPERTY} names, and initialises it.
   *
   * @throws CudaException if there is no driver, it is too old, or it finds no GPU
   */
  public static synchronized CudaDriver load() {
    String file = DriverLibrary.bind(DriverLibrary.name());
    check(DriverFunctions.cuInit(0), "the NVIDIA driver " + file + " does not start");
    int[] version = new int[1];
    check(DriverFunctions.cuDriverGetVersion(version), "cuDriverGetVersion");
    return new CudaDriver(file, version[0]);
  }

  /** Returns the GPUs, by their ordinal. */
  public List<Gpu> gpus() {
    int[] count = new int[1];
    check(DriverFunctions.cuDeviceGetCount(count), "the GPUs cannot be counted");
    List<Gpu> gpus = new ArrayList<>();
    for (int ordinal = 0; ordinal < count[0]; ordinal++) {
      gpus.add(Gpu.of(ordinal));
    }
    return List.copyOf(gpus);
  }

  /**
   * Returns the GPU with the given number.
   *
   * @throws CudaException if there is none of that number
   */
  public Gpu gpu(int ordinal) {
    return Gpu.of(ordinal);
  }

  /** Returns the CUDA version as people write it, such as {@code 13.0}. */
  public String versionName() {
    return DriverLibrary.version(version);
  }
}
