package io.github.sae4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;

class CudaDeviceTest {

  private static Properties cuda(List<Map<String, Object>> devices) {
    Properties environment = new Properties();
    environment.put(Nd4jEnvironment.BACKEND_KEY, "CUDA");
    environment.put(Nd4jEnvironment.CUDA_DEVICE_INFORMATION_KEY, devices);
    return environment;
  }

  private static Map<String, Object> device(String name, int major, int minor) {
    return Map.of(
        Nd4jEnvironment.CUDA_DEVICE_NAME_KEY,
        name,
        Nd4jEnvironment.CUDA_DEVICE_MAJOR_VERSION_KEY,
        major,
        Nd4jEnvironment.CUDA_DEVICE_MINOR_VERSION_KEY,
        minor);
  }

  @Test
  void listsUsableDevices() {
    assertEquals(
        List.of(new CudaDevice("A100", 8, 0)),
        CudaDevice.requireUsable(cuda(List.of(device("A100", 8, 0)))));
  }

  @Test
  void deviceNewerThanTheKernelsThrows() {
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> CudaDevice.requireUsable(cuda(List.of(device("H100", 9, 0)))));
    assertTrue(e.getMessage().contains("5.0 to 8.9 only, found [H100 (9.0)]"), e.getMessage());
  }

  @Test
  void noDeviceThrows() {
    assertThrows(IllegalStateException.class, () -> CudaDevice.requireUsable(cuda(List.of())));
  }

  @Test
  void cpuBackendNeedsNoDevice() {
    Properties cpu = new Properties();
    cpu.put(Nd4jEnvironment.BACKEND_KEY, "CPU");
    assertEquals(List.of(), CudaDevice.requireUsable(cpu));
  }

  @Test
  void supportFollowsTheArchitecturesOfTheBinaries() {
    assertTrue(new CudaDevice("K80", 3, 7).isSupported());
    assertFalse(new CudaDevice("K40", 3, 5).isSupported());
    assertTrue(new CudaDevice("V100", 7, 0).isSupported());
    assertTrue(new CudaDevice("RTX 3090", 8, 6).isSupported());
    assertFalse(new CudaDevice("B200", 10, 0).isSupported());
  }
}
