package io.github.sae4j.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.sae4j.cuda.Devices;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.engine.Device;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelDevicesTest {
  private static final Gpu T4 = gpu(0, "T4");
  private static final Gpu H200 = gpu(1, "H200");
  private static final Devices TWO = new Devices(List.of(T4, H200), "");

  private static Gpu gpu(int ordinal, String name) {
    return new Gpu(ordinal, ordinal, name, "0000:00:00.0", 7, 5, 1L << 34, 40, 1 << 22, 1 << 16);
  }

  private static String choose(ModelDevices devices, Device wanted) {
    return devices.choose(wanted).toString();
  }

  private static String refusal(ModelDevices devices, Device wanted) {
    return assertThrows(IllegalArgumentException.class, () -> devices.choose(wanted)).getMessage();
  }

  /** Neither the driver nor libraries are looked for. */
  @Test
  void aBuildWithoutTheProviderRunsOnTheCpu() {
    ModelDevices devices =
        new ModelDevices(
            false,
            () -> {
              throw new AssertionError("asked for GPUs");
            },
            gpu -> {
              throw new AssertionError("asked for libraries");
            });
    String why = "this build runs models on the CPU; build with -Ponnx-cuda for CUDA";
    assertEquals("cpu: " + why, choose(devices, Device.AUTO));
    assertEquals("cpu: as asked for", choose(devices, Device.CPU));
    assertEquals("--device cuda cannot be used: " + why, refusal(devices, Device.CUDA));
    assertEquals("--device cuda:1 cannot be used: " + why, refusal(devices, Device.cuda(1)));
  }

  @Test
  void aGpuIsTakenWhereNothingIsMissing() {
    ModelDevices devices = new ModelDevices(true, () -> TWO, gpu -> Optional.empty());
    assertEquals("cuda:0 (T4): the first of 2 GPUs", choose(devices, Device.AUTO));
    assertEquals("cuda:1 (H200): as asked for", choose(devices, Device.cuda(1)));
    assertEquals("cpu: as asked for", choose(devices, Device.CPU));
    assertEquals(
        "--device cuda:2 does not exist: there are 2 GPUs, from cuda:0",
        refusal(devices, Device.cuda(2)));
  }

  @Test
  void withoutAGpuAutoIsTheCpuAndLibrariesAreNotLookedFor() {
    ModelDevices devices =
        new ModelDevices(
            true,
            () -> new Devices(List.of(), "no NVIDIA driver is installed"),
            gpu -> {
              throw new AssertionError("asked for libraries");
            });
    assertEquals("cpu: no NVIDIA driver is installed", choose(devices, Device.AUTO));
    assertEquals(
        "--device cuda cannot be used: no NVIDIA driver is installed",
        refusal(devices, Device.CUDA));
  }

  @Test
  void aMissingLibraryIsAnErrorOnlyForThoseWhoAskForAGpu() {
    ModelDevices devices = new ModelDevices(true, () -> TWO, gpu -> Optional.of("it needs libx"));
    assertEquals("cpu: it needs libx", choose(devices, Device.AUTO));
    assertEquals("--device cuda cannot be used: it needs libx", refusal(devices, Device.CUDA));
    assertEquals("--device cuda:1 cannot be used: it needs libx", refusal(devices, Device.cuda(1)));
  }

  /** A harvest is resumed only on the same kind of GPU. */
  @Test
  void theOriginNamesTheGpu() {
    Devices.Choice gpu = new Devices.Choice(Optional.of(H200), "as asked for");
    assertEquals(" on H200", ModelDevices.origin(gpu));
    assertEquals("", ModelDevices.origin(new Devices.Choice(Optional.empty(), "no GPU")));
  }
}
