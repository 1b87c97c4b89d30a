package io.github.sae4j.engine;

import io.github.sae4j.product.Precision;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/** Finds the engine for the device that a user asks for. */
public final class DeviceEngines {
  private DeviceEngines() {}

  /**
   * What is taken for a device that was asked for.
   *
   * @param device the CPU, or a GPU by its number
   * @param description device and reason, such as {@code cuda:0 (NVIDIA H200): the only GPU}
   */
  public record Choice(Device device, String description) {}

  /**
   * Returns what is taken for a device. A GPU that was asked for is never replaced by the CPU.
   *
   * @throws IllegalArgumentException if there is no such device, or it cannot be used
   */
  public static Choice choose(Device wanted) {
    if (wanted.kind() == Device.Kind.CPU) {
      return new Choice(Device.CPU, "cpu: as asked for");
    }
    Optional<DeviceProvider> provider = provider();
    if (provider.isPresent()) {
      return provider.get().choose(wanted);
    }
    if (wanted.kind() == Device.Kind.AUTO) {
      return new Choice(Device.CPU, "cpu: module sae-cuda is not on the class path");
    }
    throw new IllegalArgumentException(
        "--device " + wanted + " needs module sae-cuda on the class path");
  }

  /** Returns the GPUs that can be used. */
  public static List<Device> usable() {
    return provider().map(DeviceProvider::usable).orElse(List.of());
  }

  /**
   * Returns a new engine on the device that is taken for {@code wanted}; empty for the CPU.
   *
   * @param precision precision of the encoder's product
   * @throws IllegalArgumentException if there is no such device, or it cannot be used or does not
   *     support that precision
   */
  public static Optional<DeviceEngine> open(Device wanted, Precision precision) {
    Choice choice = choose(wanted);
    Device device = choice.device();
    if (!precision.isOfCpu() && device.kind() == Device.Kind.CPU) {
      throw new IllegalArgumentException(
          "--precision %s needs a GPU, but --device %s takes %s"
              .formatted(precision, wanted, choice.description()));
    }
    return device.kind() == Device.Kind.CPU
        ? Optional.empty()
        : provider().map(found -> found.open(device, precision));
  }

  /**
   * Returns the device of one of several runs: of all GPUs in turn if no GPU was named, otherwise
   * the one that was asked for.
   *
   * @param index number of the run, from 0
   */
  public static Device spread(Device wanted, int index) {
    if (wanted.ordinal().isPresent() || choose(wanted).device().kind() == Device.Kind.CPU) {
      return wanted;
    }
    List<Device> gpus = usable();
    return gpus.get(index % gpus.size());
  }

  /**
   * Says what {@link #spread} takes for several runs, and why, such as {@code 2 GPUs in turn:
   * cuda:0, cuda:1}.
   *
   * @param runs number of runs
   */
  public static String describe(Device wanted, int runs) {
    Choice choice = choose(wanted);
    if (runs == 1 || wanted.ordinal().isPresent() || choice.device().kind() == Device.Kind.CPU) {
      return choice.description();
    }
    List<Device> gpus = usable().stream().limit(runs).toList();
    return gpus.size() == 1
        ? choice.description()
        : gpus.size()
            + " GPUs in turn: "
            + gpus.stream().map(Device::toString).collect(Collectors.joining(", "));
  }

  private static Optional<DeviceProvider> provider() {
    return ServiceLoader.load(DeviceProvider.class).findFirst();
  }
}
