package io.github.sae4j.cuda;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A GPU that ND4J's CUDA backend would compute on.
 *
 * @param name name reported by the driver
 * @param major major number of the compute capability
 * @param minor minor number of the compute capability
 */
public record CudaDevice(String name, int major, int minor) {
  private static final String BACKEND = "org/nd4j/linalg/jcublas/JCublasBackend.class";

  /**
   * The architectures for which the nd4j-cuda 1.0.0-M2.1 binaries contain machine code. They
   * contain no PTX, so newer devices cannot compile it; code for x.y runs on x.z with z ≥ y.
   */
  private static final Map<Integer, Integer> LOWEST_MINOR = Map.of(5, 0, 6, 0, 7, 0, 8, 0);

  /**
   * Returns the GPUs on which ND4J would compute; empty if its CUDA backend is not on the class
   * path. Does not start ND4J, which would end in a stack trace or, on a GPU that its library has
   * no code for, kill the process. {@link CudaCheck} calls this whenever ND4J starts.
   *
   * @throws IllegalStateException if the backend cannot run here; the message is one sentence that
   *     names what is missing and what to do
   */
  public static List<CudaDevice> requireUsable() {
    return isBackendThere() ? requireUsable(new Nd4jCudaLibrary()) : List.of();
  }

  /** Returns whether ND4J's CUDA backend is on the class path. */
  public static boolean isBackendThere() {
    return CudaDevice.class.getClassLoader().getResource(BACKEND) != null;
  }

  static List<CudaDevice> requireUsable(CudaRuntime runtime) {
    List<CudaDevice> devices;
    try {
      devices = runtime.devices();
    } catch (UnsatisfiedLinkError e) {
      throw new IllegalStateException(MissingLibrary.sentence(e), e);
    }
    if (devices.isEmpty()) {
      throw new IllegalStateException(
          "ND4J's CUDA backend finds no GPU: check that nvidia-smi lists one and that CUDA_VISIBLE_DEVICES does not hide it, or "
              + MissingLibrary.ON_THE_CPU);
    }
    List<CudaDevice> unsupported = devices.stream().filter(each -> !each.isSupported()).toList();
    if (!unsupported.isEmpty()) {
      throw new IllegalStateException(refusal(unsupported, devices.size()));
    }
    try {
      runtime.load();
    } catch (UnsatisfiedLinkError e) {
      throw new IllegalStateException(MissingLibrary.sentence(e), e);
    }
    return devices;
  }

  /** ND4J starts on every GPU that it sees, so that a single one without code stops it. */
  private static String refusal(List<CudaDevice> unsupported, int all) {
    String found = unsupported.stream().map(Object::toString).collect(Collectors.joining(", "));
    String others =
        unsupported.size() < all ? "let CUDA_VISIBLE_DEVICES show only the others, or " : "";
    return "nd4j-cuda 1.0.0-M2.1 has kernels for compute capability 5.0 to 8.9 only, found "
        + found
        + "; "
        + others
        + MissingLibrary.ON_THE_CPU;
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
}
