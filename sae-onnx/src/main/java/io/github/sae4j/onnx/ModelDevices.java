package io.github.sae4j.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.github.sae4j.cuda.Devices;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.engine.Device;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where ONNX Runtime runs models. Builds have its CUDA provider or not, and the provider needs
 * libraries that the build does not bring. Both are checked before a model is opened, because ONNX
 * Runtime first unpacks 622 MB and then says only that a library cannot be loaded.
 */
final class ModelDevices {
  private final boolean hasProvider;
  private final Supplier<Devices> devices;
  private final Function<Gpu, Optional<String>> missing;

  /**
   * @param hasProvider whether the build has the CUDA provider
   * @param devices the GPUs, asked for only if it has
   * @param missing what the provider lacks, as a sentence, for running on a GPU
   */
  ModelDevices(
      boolean hasProvider, Supplier<Devices> devices, Function<Gpu, Optional<String>> missing) {
    this.hasProvider = hasProvider;
    this.devices = devices;
    this.missing = missing;
  }

  /** Returns those of this machine. */
  static ModelDevices ofThisMachine() {
    OrtRuntime.environment();
    return new ModelDevices(
        OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA),
        Devices::ofThisMachine,
        CudaProvider::missing);
  }

  /**
   * Returns what to take for a device that a user asks for. A GPU that was asked for is never
   * replaced by the CPU.
   *
   * @throws IllegalArgumentException if a GPU was asked for and cannot be used
   */
  Devices.Choice choose(Device wanted) {
    if (wanted.kind() == Device.Kind.CPU) {
      return new Devices.Choice(Optional.empty(), "as asked for");
    }
    if (!hasProvider) {
      return refused(wanted, "this build runs models on the CPU; build with -Ponnx-cuda for CUDA");
    }
    Devices.Choice choice = devices.get().choose(wanted);
    return choice.gpu().flatMap(missing).map(fault -> refused(wanted, fault)).orElse(choice);
  }

  private static Devices.Choice refused(Device wanted, String why) {
    if (wanted.kind() == Device.Kind.CUDA) {
      throw new IllegalArgumentException("--device " + wanted + " cannot be used: " + why);
    }
    return new Devices.Choice(Optional.empty(), why);
  }

  /** Returns the GPU's name with all that may change a value in its last bits, or nothing. */
  static String origin(Devices.Choice choice) {
    return choice.gpu().map(Gpu::name).map(name -> " on " + name).orElse("");
  }
}
