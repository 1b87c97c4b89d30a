package io.github.sae4j.cuda;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudart.cudaDeviceProp;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Loader;

/**
 * The CUDA 11.6 runtime, by the bindings of ND4J's backend and found as the backend finds it: on
 * the system, or among the jars of {@code cuda-platform-redist}.
 */
final class Nd4jCudaLibrary implements CudaRuntime {
  private static final String BINDINGS = "org.nd4j.linalg.jcublas.bindings.Nd4jCuda";

  /** cudaErrorInsufficientDriver. */
  private static final int OLD_DRIVER = 35;

  /** cudaErrorNoDevice. */
  private static final int NO_DEVICE = 100;

  @Override
  public List<CudaDevice> devices() {
    Loader.load(cudart.class);
    int[] count = new int[1];
    int answer = cudart.cudaGetDeviceCount(count);
    if (answer == NO_DEVICE) {
      return List.of();
    }
    check(answer);
    List<CudaDevice> devices = new ArrayList<>();
    for (int i = 0; i < count[0]; i++) {
      try (cudaDeviceProp properties = new cudaDeviceProp()) {
        check(cudart.cudaGetDeviceProperties(properties, i));
        devices.add(
            new CudaDevice(properties.name().getString(), properties.major(), properties.minor()));
      }
    }
    return devices;
  }

  private static void check(int answer) {
    if (answer != 0) {
      throw new IllegalStateException(
          sentence(answer, cudart.cudaGetErrorString(answer).getString()));
    }
  }

  /**
   * Words an error of the runtime.
   *
   * @param answer the {@code cudaError_t}
   * @param words what CUDA says of it
   */
  static String sentence(int answer, String words) {
    return answer == OLD_DRIVER
        ? "the NVIDIA driver is too old for ND4J's CUDA 11.6 backend: install version 450.80 or newer, or "
            + MissingLibrary.ON_THE_CPU
        : "ND4J's CUDA backend cannot use the driver: %s (error %d); see whether nvidia-smi works, or %s"
            .formatted(words, answer, MissingLibrary.ON_THE_CPU);
  }

  @Override
  public void load() {
    Loader.load(cublas.class);
    try {
      Loader.load(Class.forName(BINDINGS, false, Nd4jCudaLibrary.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("ND4J's CUDA backend lacks its class " + BINDINGS, e);
    }
  }
}
