package io.github.sae4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.engine.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which device is taken, and what those who ask for another one are told. */
class DevicesTest {
  @RegisterExtension private final FakeDriver fake = new FakeDriver();

  private static String choose(String device) {
    return Devices.ofThisMachine().choose(Device.parse(device)).toString();
  }

  private static String refused(String device) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> choose(device)).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @Test
  void aGpuIsTakenIfThereIsOne() {
    assertEquals("cuda:0 (Emulated on the CPU): the only GPU", choose("auto"));
    assertEquals("cuda:0 (Emulated on the CPU): the only GPU", choose("cuda"));
    assertEquals("cpu: as asked for", choose("cpu"));
    assertEquals("--device cuda:1 does not exist: there is 1 GPU, cuda:0", refused("cuda:1"));
    fake.set("EMU_DEVICES", 2);
    assertEquals("cuda:0 (Emulated on the CPU): the first of 2 GPUs", choose("auto"));
    assertEquals("cuda:1 (Emulated on the CPU): as asked for", choose("cuda:1"));
    assertEquals(
        "--device cuda:2 does not exist: there are 2 GPUs, from cuda:0", refused("cuda:2"));
    assertEquals(0, fake.calls("cuDevicePrimaryCtxRetain"));
  }

  @Test
  void aGpuThatIsTooOldIsNotTaken() {
    fake.set("EMU_CAPABILITY", "7.0");
    String why =
        "GPU 0 (Emulated on the CPU) has compute capability 7.0, but kernels exist for 7.5 (Turing)"
            + " and later; use another GPU or --device cpu";
    assertEquals("cpu: " + why, choose("auto"));
    assertEquals("--device cuda cannot be used: " + why, refused("cuda"));
    assertEquals("--device cuda:0 cannot be used: " + why, refused("cuda:0"));
  }

  @Test
  void withoutADriverAutoIsTheCpuAndCudaAnError() {
    System.setProperty(CudaDriver.PROPERTY, "/no/libcuda.so.1");
    assertTrue(choose("auto").startsWith("cpu: there is no NVIDIA driver at /no/libcuda.so.1"));
    assertTrue(refused("cuda").startsWith("--device cuda cannot be used: there is no NVIDIA"));
    assertTrue(refused("cuda:0").startsWith("--device cuda:0 cannot be used: there is no NVIDIA"));
    assertEquals("cpu: as asked for", choose("cpu"));
  }
}
