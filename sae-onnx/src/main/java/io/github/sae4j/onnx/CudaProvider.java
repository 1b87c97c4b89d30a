package io.github.sae4j.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import com.sun.jna.Library;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.Gpu;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** ONNX Runtime's CUDA provider. */
final class CudaProvider {
  /** What the provider's library names as needed, for Linux, besides the driver. */
  static final List<String> LIBRARIES =
      List.of("libcudart.so.12", "libcublasLt.so.12", "libcublas.so.12", "libcurand.so.10");

  /** What precedes the words of the system's loader. */
  private static final String LOADER_SAYS = " with error: ";

  /** The CUDA version that these are of, as drivers count. */
  private static final int CUDA_12 = 12000;

  /** JNA unloads what is no longer referred to. */
  private static final Set<NativeLibrary> LOADED = new HashSet<>();

  /** dlopen's RTLD_LAZY without RTLD_GLOBAL, which JNA sets otherwise. */
  private static final Map<String, Object> LOCAL = Map.of(Library.OPTION_OPEN_FLAGS, 1);

  private CudaProvider() {}

  /** Returns a sentence on what the provider lacks on this machine, or nothing if it is loaded. */
  static Optional<String> missing(Gpu gpu) {
    List<String> libraries = Platform.isLinux() ? LIBRARIES : List.of();
    return missing(CudaDriver.load(), libraries, CudaProvider::canLoad).or(() -> failure(gpu));
  }

  static Optional<String> missing(
      CudaDriver driver, List<String> libraries, Predicate<String> canLoad) {
    if (driver.version() < CUDA_12) {
      return Optional.of(
          "ONNX Runtime's CUDA provider needs a driver for CUDA 12 (525 or newer), and this one is for CUDA "
              + driver.versionName());
    }
    return libraries.stream()
        .filter(canLoad.negate())
        .findFirst()
        .map(
            name ->
                "ONNX Runtime's CUDA provider needs "
                    + name
                    + ", which is not found; install the libraries of CUDA 12.8 or a later 12, or name their directory in LD_LIBRARY_PATH");
  }

  /**
   * Loads a library and keeps it, so that the provider has it too. Its symbols stay its own: the
   * process may load another version of cuBLAS.
   */
  private static synchronized boolean canLoad(String library) {
    try {
      LOADED.add(NativeLibrary.getInstance(library, LOCAL));
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  /** Unpacks and loads the provider. */
  private static Optional<String> failure(Gpu gpu) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      add(options, gpu);
      return Optional.empty();
    } catch (OrtException e) {
      return Optional.of(sentence(OrtModels.reason(e)));
    }
  }

  /** Words ONNX Runtime's reason for not loading the provider. */
  static String sentence(String reason) {
    String fault = "ONNX Runtime's CUDA provider cannot be loaded: ";
    int loader = reason.lastIndexOf(LOADER_SAYS);
    return loader >= 0
        ? fault
            + reason.substring(loader + LOADER_SAYS.length())
            + "; it needs the libraries of CUDA 12.8 or a later 12"
        : fault
            + reason
            + "; it needs 650 MB of free space in "
            + System.getProperty("java.io.tmpdir")
            + " (TMPDIR sets another directory)";
  }

  /** Makes a session run on a GPU, in float32 as on the CPU: without TF32, which is the default. */
  static void add(OrtSession.SessionOptions options, Gpu gpu) throws OrtException {
    try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(gpu.ordinal())) {
      cuda.add("use_tf32", "0");
      options.addCUDA(cuda);
    }
  }
}
