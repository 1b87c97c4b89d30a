package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.CudaDevice;
import io.github.sae4j.cuda.Devices;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.CudaException;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.engine.Device;
import io.github.sae4j.engine.DeviceEngine;
import io.github.sae4j.engine.DeviceEngines;
import io.github.sae4j.engine.DeviceProvider;
import io.github.sae4j.product.Precision;
import java.util.List;

/**
 * The GPUs of this machine, for {@link DeviceEngines}. Where ND4J computes with its own CUDA
 * backend there are none: its arrays are not in the host's memory, where the engine expects them.
 */
public final class CudaDevices implements DeviceProvider {
  private final boolean nd4jIsOnGpu;

  /** For {@link java.util.ServiceLoader}. */
  public CudaDevices() {
    this(CudaDevice.isBackendThere());
  }

  CudaDevices(boolean nd4jIsOnGpu) {
    this.nd4jIsOnGpu = nd4jIsOnGpu;
  }

  @Override
  public DeviceEngines.Choice choose(Device wanted) {
    if (nd4jIsOnGpu) {
      if (wanted.kind() == Device.Kind.CUDA) {
        throw new IllegalArgumentException(
            "--device "
                + wanted
                + " is for builds without -Pcuda; in this one, ND4J's CUDA backend computes"
                + " whatever the option says");
      }
      return new DeviceEngines.Choice(
          Device.CPU, "ND4J's CUDA backend, which this build (-Pcuda) computes with");
    }
    Devices.Choice choice = Devices.ofThisMachine().choose(wanted);
    return new DeviceEngines.Choice(choice.device(), choice.toString());
  }

  @Override
  public List<Device> usable() {
    if (nd4jIsOnGpu) {
      return List.of();
    }
    return Devices.ofThisMachine().gpus().stream()
        .filter(Gpu::isSupported)
        .map(gpu -> Device.cuda(gpu.ordinal()))
        .toList();
  }

  @Override
  public DeviceEngine open(Device device, Precision precision) {
    try {
      CudaDriver driver = CudaDriver.load();
      Gpu gpu = driver.gpu(device.ordinal().orElseThrow());
      return CudaEngine.open(driver, gpu, precision);
    } catch (CudaException e) {
      throw new IllegalArgumentException(
          "--device " + device + " cannot be used: " + e.getMessage(), e);
    }
  }
}
