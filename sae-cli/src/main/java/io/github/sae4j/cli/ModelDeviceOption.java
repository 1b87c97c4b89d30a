package io.github.sae4j.cli;

import io.github.sae4j.cuda.Devices;
import io.github.sae4j.engine.Device;
import picocli.CommandLine.Option;

/** The option of commands that run an ONNX model for where to run it. */
final class ModelDeviceOption {

  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "auto",
      description =
          "Where to run the model: cpu, cuda (the first GPU that can be used), cuda:N, or auto (a GPU if this build and the machine have one) (default: ${DEFAULT-VALUE}).")
  private Device device;

  Device wanted() {
    return device;
  }

  /** Says where a model runs, and why there. */
  static String describe(Devices.Choice choice) {
    return "running the model on " + choice;
  }
}
