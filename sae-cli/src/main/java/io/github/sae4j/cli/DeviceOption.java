package io.github.sae4j.cli;

import io.github.sae4j.SparseAutoencoder;
import io.github.sae4j.engine.Device;
import picocli.CommandLine.Option;

/** The option of commands that encode rows with an SAE for where to do so. */
final class DeviceOption {

  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "cpu",
      description =
          "Where rows are encoded and reconstructed: cpu, cuda, cuda:N for the GPU with that number, or auto for a GPU if one can be used (default: ${DEFAULT-VALUE}).")
  private Device device = Device.CPU;

  /**
   * Moves an SAE's work to the device, and says what was taken and why unless that is clear.
   *
   * @throws IllegalArgumentException if the device cannot be used
   */
  void apply(Console console, SparseAutoencoder sae) {
    if (!device.equals(Device.CPU)) {
      console.note("encoding on " + sae.computeOn(device).description());
    }
  }
}
