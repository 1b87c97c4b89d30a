package io.github.sae4j.cuda.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which drivers are taken, and what the others are told. */
class CudaDriverTest {
  @RegisterExtension private final FakeDriver fake = new FakeDriver();

  private static String refused() {
    String message = assertThrows(CudaException.class, CudaDriver::load).getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  @Test
  void theDeviceIsDescribed() {
    fake.set("EMU_DEVICES", 2).set("EMU_CAPABILITY", "9.0").set("EMU_MEMORY_MB", 64);
    CudaDriver driver = CudaDriver.load();
    assertEquals("13.0", driver.versionName());
    assertEquals(FakeDriver.file().toString(), driver.file());
    List<Gpu> gpus = driver.gpus();
    assertEquals(2, gpus.size());
    Gpu second = gpus.get(1);
    assertEquals("GPU 1 (Emulated on the CPU)", second.toString());
    assertEquals("9.0", second.capability());
    assertEquals(64 << 20, second.memory());
    assertEquals(2, second.multiprocessors());
    assertEquals(4 << 20, second.l2Bytes());
    assertEquals(166912, second.sharedBytes());
    assertEquals("0000:02:00.0", second.busId());
    assertTrue(second.isSupported());
    assertTrue(second.canAccess(gpus.get(0)));
    assertEquals(second, driver.gpu(1));
    assertEquals(
        CudaStatus.INVALID_DEVICE, assertThrows(CudaException.class, () -> driver.gpu(2)).status());
  }

  @Test
  void turingIsTheOldestThatIsSupported() {
    fake.set("EMU_CAPABILITY", "7.5");
    assertTrue(CudaDriver.load().gpu(0).isSupported());
    fake.set("EMU_CAPABILITY", "7.0");
    assertFalse(CudaDriver.load().gpu(0).isSupported());
  }

  @Test
  void aMissingDriverIsNamed(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("libcuda.so.1");
    System.setProperty(CudaDriver.PROPERTY, file.toString());
    assertTrue(refused().contains("no NVIDIA driver at " + file), refused());
    Files.writeString(file, "not a library");
    assertTrue(refused().contains(file + " cannot be loaded"), refused());
  }

  @Test
  void anOldDriverIsNamed() {
    fake.set("EMU_VERSION", 10020);
    assertTrue(refused().contains("is too old: it is for CUDA 10.2; install"), refused());
    fake.set("EMU_VERSION", 11000);
    assertEquals("11.0", CudaDriver.load().versionName());
  }

  @Test
  void noDeviceIsNamed() {
    fake.set("EMU_NO_DEVICE", "1");
    assertTrue(refused().contains("finds no GPU (CUDA_ERROR_NO_DEVICE, 100); check"), refused());
  }

  @ParameterizedTest
  @CsvSource({
    "803, 'of different versions (CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, 803); reboot'",
    "999, 'gives no reason (CUDA_ERROR_UNKNOWN, 999); reboot'",
    "802, 'nvidia-fabricmanager'",
    "34, 'lib64/stubs from LD_LIBRARY_PATH'",
    "205, '(CUDA_ERROR_MAP_FAILED, 205)'",
    "12345, '(CUresult, 12345)'"
  })
  void aDriverThatDoesNotStartSaysWhy(int code, String told) {
    fake.set("EMU_FAIL", "cuInit:*:" + code);
    assertTrue(refused().contains(told), refused());
  }

  /** A fault of JNA is not taken for one of the driver. */
  @Test
  void withoutJnaItIsNamed() throws IOException, InterruptedException {
    List<String> command =
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-Djna.noclasspath=true",
            "-Djna.nosys=true",
            "-D" + CudaDriver.PROPERTY + "=" + FakeDriver.file(),
            "-cp",
            System.getProperty("java.class.path"),
            Loads.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.startsWith("JNA, which calls the NVIDIA driver, cannot be loaded ("), said);
    assertEquals(1, said.lines().count(), said);
  }

  /** Prints what {@link CudaDriver#load} throws. */
  static final class Loads {
    private Loads() {}

    public static void main(String[] args) {
      try {
        CudaDriver.load();
      } catch (CudaException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void everyStatusHasASentenceAndAnAdvice() {
    for (CudaStatus status : CudaStatus.values()) {
      assertSame(status, CudaStatus.of(status.code()));
      if (status != CudaStatus.SUCCESS) {
        String message = new CudaException(status.code(), "x").getMessage();
        assertTrue(message.matches("x: \\S.+ \\([A-Za-z_]+, -?\\d+\\); \\S.+[^.]"), message);
      }
    }
  }
}
