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
    if (answer == OLD_DRIVER) {
      throw new IllegalStateException(
          "the NVIDIA driver is too old for ND4J's CUDA 11.6 backend; install version 450.80 or newer, or "
              + MissingLibrary.ON_THE_CPU);
    }
    if (answer != 0) {
      throw new IllegalStateException(
          "the CUDA runtime does not start: %s (error %d)"
              .formatted(cudart.cudaGetErrorString(answer).getString(), answer));
    }
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
