package io.github.sae4j.cuda.engine;

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

/** The GPUs of this machine, for {@link DeviceEngines}. */
public final class CudaDevices implements DeviceProvider {

  @Override
  public DeviceEngines.Choice choose(Device wanted) {
    Devices.Choice choice = Devices.ofThisMachine().choose(wanted);
    return new DeviceEngines.Choice(choice.device(), choice.toString());
  }

  @Override
  public List<Device> usable() {
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
      return CudaEngine.open(driver, gpu, DevicePrecision.valueOf(precision.name()));
    } catch (CudaException e) {
      throw new IllegalArgumentException(
          "--device " + device + " cannot be used: " + e.getMessage(), e);
    }
  }
}
