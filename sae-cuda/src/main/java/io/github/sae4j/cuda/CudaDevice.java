package io.github.sae4j.cuda;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A GPU as ND4J sees it.
 *
 * @param name name reported by the driver
 * @param major major number of the compute capability
 * @param minor minor number of the compute capability
 */
public record CudaDevice(String name, int major, int minor) {
  /**
   * The architectures for which the nd4j-cuda 1.0.0-M2.1 binaries contain machine code. They
   * contain no PTX, so newer devices cannot compile it; code for x.y runs on x.z with z ≥ y.
   */
  private static final Map<Integer, Integer> LOWEST_MINOR = Map.of(5, 0, 6, 0, 7, 0, 8, 0);

  /**
   * Returns the GPUs of this machine; empty if the CPU backend is loaded.
   *
   * @throws IllegalStateException if the CUDA backend is loaded but no GPU can run its kernels
   */
  public static List<CudaDevice> requireUsable() {
    return requireUsable(Nd4j.getExecutioner().getEnvironmentInformation());
  }

  static List<CudaDevice> requireUsable(Properties environment) {
    if (!"CUDA".equalsIgnoreCase(environment.getProperty(Nd4jEnvironment.BACKEND_KEY))) {
      return List.of();
    }
    List<CudaDevice> devices = devices(environment);
    if (devices.isEmpty()) {
      throw new IllegalStateException(
          "the CUDA backend is loaded, but the driver reports no GPU; build without -Pcuda to run on"
              + " the CPU");
    }
    if (devices.stream().noneMatch(CudaDevice::isSupported)) {
      throw new IllegalStateException(
          "nd4j-cuda 1.0.0-M2.1 has kernels for compute capability 5.0 to 8.9 only, found "
              + devices
              + "; build without -Pcuda to run on the CPU");
    }
    return devices;
  }

  /** Returns whether ND4J's kernels can run on this device. */
  public boolean isSupported() {
    return minor >= LOWEST_MINOR.getOrDefault(major, Integer.MAX_VALUE)
        || (major == 3 && minor == 7);
  }

  @Override
  public String toString() {
    return name + " (" + major + "." + minor + ")";
  }

  private static List<CudaDevice> devices(Properties environment) {
    Object listed = environment.get(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY);
    return listed instanceof List<?> list
        ? list.stream().map(entry -> of((Map<?, ?>) entry)).toList()
        : List.of();
  }

  private static CudaDevice of(Map<?, ?> entry) {
    return new CudaDevice(
        String.valueOf(entry.get(Nd4jEnvironment.CUDA_DEVICE_NAME_KEY)),
        ((Number) entry.get(Nd4jEnvironment.CUDA_DEVICE_MAJOR_VERSION_KEY)).intValue(),
        ((Number) entry.get(Nd4jEnvironment.CUDA_DEVICE_MINOR_VERSION_KEY)).intValue());
  }
}
