package io.github.sae4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.product.Precision;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.variant.TopK;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Devices where module sae-cuda is not on the class path. */
class DeviceEnginesTest {

  @Test
  void theCpuNeedsNoEngineOfADevice() {
    assertEquals(Device.CPU, DeviceEngines.choose(Device.CPU).device());
    assertEquals(Optional.empty(), DeviceEngines.open(Device.CPU, Precision.FLOAT32));
  }

  @Test
  void autoTakesTheCpuAndSaysWhy() {
    assertEquals(
        new DeviceEngines.Choice(Device.CPU, "cpu: module sae-cuda is not on the class path"),
        DeviceEngines.choose(Device.AUTO));
    assertEquals(Optional.empty(), DeviceEngines.open(Device.AUTO, Precision.FLOAT32));
    assertTrue(DeviceEngines.usable().isEmpty());
  }

  @Test
  void tf32NeedsAGpu() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> DeviceEngines.open(Device.AUTO, Precision.TF32))
            .getMessage();
    assertEquals(
        "--precision tf32 needs a GPU, but --device auto takes cpu: module sae-cuda is not on the"
            + " class path",
        message);
    assertEquals("cpu: as asked for", DeviceEngines.describe(Device.CPU, 3));
    assertThrows(
        IllegalArgumentException.class,
        () -> TrainConfig.builder(8, new TopK(2, 0, 0)).precision(Precision.TF32).build());
  }

  @Test
  void aGpuThatWasAskedForIsNotReplacedByTheCpu() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> DeviceEngines.open(Device.cuda(1), Precision.FLOAT32))
            .getMessage();
    assertEquals("--device cuda:1 needs module sae-cuda on the class path", message);
  }
}
