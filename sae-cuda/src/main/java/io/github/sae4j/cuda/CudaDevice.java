package io.github.sae4j.cuda;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A GPU as ND4J sees it.
 *
 * @param name as the driver gives it
 * @param major compute capability, first number
 * @param minor compute capability, second number
 */
public record CudaDevice(String name, int major, int minor) {
  /**
   * The architectures that the binaries of nd4j-cuda 1.0.0-M2.1 hold machine code for. They hold no
   * PTX, so that a later device cannot translate them; code for x.y runs on x.z with z ≥ y.
   */
  private static final Map<Integer, Integer> LOWEST_MINOR = Map.of(5, 0, 6, 0, 7, 0, 8, 0);

  /**
   * The GPUs of this machine, none where the CPU backend is loaded.
   *
   * @throws IllegalStateException if the CUDA backend is loaded and no GPU can run its kernels
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
          "the CUDA backend is loaded, but the driver shows no GPU; build without -Pcuda to run on"
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

  /** Whether ND4J's kernels can run on this device. */
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
