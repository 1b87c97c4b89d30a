package io.github.sae4j.cuda;

import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.CudaException;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.engine.Device;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The devices of this machine.
 *
 * @param gpus GPUs that the driver reports, also those that are too old
 * @param fault why there are no GPUs, as a sentence; empty if there are any
 */
public record Devices(List<Gpu> gpus, String fault) {

  /**
   * What is taken for a device that was asked for.
   *
   * @param gpu the GPU; empty for the CPU
   * @param reason why, as a clause
   */
  public record Choice(Optional<Gpu> gpu, String reason) {

    /** Returns the device that was taken, by its number. */
    public Device device() {
      return gpu.map(taken -> Device.cuda(taken.ordinal())).orElse(Device.CPU);
    }

    /** Returns what was taken and why, such as {@code cuda:0 (NVIDIA H200): the first GPU}. */
    @Override
    public String toString() {
      return device() + gpu.map(taken -> " (" + taken.name() + ")").orElse("") + ": " + reason;
    }
  }

  /** Returns the devices of this machine. Loads the driver; makes no context. */
  public static Devices ofThisMachine() {
    try {
      List<Gpu> gpus = CudaDriver.load().gpus();
      return new Devices(gpus, gpus.isEmpty() ? "the NVIDIA driver finds no GPU" : "");
    } catch (CudaException e) {
      return new Devices(List.of(), e.getMessage());
    }
  }

  /**
   * Returns what to take for a device that a user asks for. A GPU that was asked for is never
   * replaced by the CPU.
   *
   * @throws IllegalArgumentException if there is no such device, or it cannot be used
   */
  public Choice choose(Device wanted) {
    if (wanted.kind() == Device.Kind.CPU) {
      return new Choice(Optional.empty(), "as asked for");
    }
    if (wanted.ordinal().isPresent()) {
      return new Choice(Optional.of(numbered(wanted.ordinal().getAsInt())), "as asked for");
    }
    Optional<Gpu> first = gpus.stream().filter(Gpu::isSupported).findFirst();
    if (first.isPresent()) {
      return new Choice(
          first, gpus.size() == 1 ? "the only GPU" : "the first of " + gpus.size() + " GPUs");
    }
    String why = gpus.isEmpty() ? fault : tooOld(gpus);
    if (wanted.kind() == Device.Kind.CUDA) {
      throw new IllegalArgumentException("--device cuda cannot be used: " + why);
    }
    return new Choice(Optional.empty(), why);
  }

  private Gpu numbered(int ordinal) {
    if (gpus.isEmpty()) {
      throw new IllegalArgumentException("--device cuda:" + ordinal + " cannot be used: " + fault);
    }
    if (ordinal >= gpus.size()) {
      throw new IllegalArgumentException(
          "--device cuda:"
              + ordinal
              + " does not exist: there "
              + (gpus.size() == 1
                  ? "is 1 GPU, cuda:0"
                  : "are " + gpus.size() + " GPUs, from cuda:0"));
    }
    Gpu gpu = gpus.get(ordinal);
    if (!gpu.isSupported()) {
      throw new IllegalArgumentException(
          "--device cuda:" + ordinal + " cannot be used: " + tooOld(List.of(gpu)));
    }
    return gpu;
  }

  /** Returns a sentence on GPUs that have no code. */
  public static String tooOld(List<Gpu> gpus) {
    return gpus.stream()
            .map(gpu -> gpu + " has compute capability " + gpu.capability())
            .collect(Collectors.joining(", "))
        + ", but kernels exist for 7.5 (Turing) and later; use another GPU or --device cpu";
  }
}
