package io.github.sae4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CudaDeviceTest {
  private static final CudaDevice A100 = new CudaDevice("A100", 8, 0);
  private static final CudaDevice H100 = new CudaDevice("H100", 9, 0);

  /**
   * A machine.
   *
   * @param missing what the loader says of a library that the driver or the runtime lacks, or null
   * @param missingLater the same for ND4J's library
   */
  private record Machine(List<CudaDevice> devices, String missing, String missingLater)
      implements CudaRuntime {

    Machine(CudaDevice... devices) {
      this(List.of(devices), null, null);
    }

    @Override
    public List<CudaDevice> devices() {
      require(missing);
      return devices;
    }

    @Override
    public void load() {
      require(missingLater);
    }

    private static void require(String missing) {
      if (missing != null) {
        UnsatisfiedLinkError last = new UnsatisfiedLinkError("no jnicudart in java.library.path");
        last.initCause(new UnsatisfiedLinkError(missing)); // as JavaCPP does
        throw last;
      }
    }
  }

  private static String refusal(Machine machine) {
    String message =
        assertThrows(IllegalStateException.class, () -> CudaDevice.requireUsable(machine))
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.endsWith("build without -Pcuda to compute on the CPU"), message);
    return message;
  }

  @Test
  void listsUsableDevices() {
    assertEquals(List.of(A100, A100), CudaDevice.requireUsable(new Machine(A100, A100)));
  }

  @Test
  void aDeviceWithoutCodeIsNamed() {
    String message = refusal(new Machine(H100));
    assertTrue(message.contains("5.0 to 8.9 only, found H100 (9.0)"), message);
    assertFalse(message.contains("CUDA_VISIBLE_DEVICES"), message);
  }

  @Test
  void aDeviceWithoutCodeAmongOthersMayBeHidden() {
    String message = refusal(new Machine(A100, H100));
    assertTrue(message.contains("found H100 (9.0); let CUDA_VISIBLE_DEVICES"), message);
  }

  @Test
  void noDeviceIsRefused() {
    assertTrue(refusal(new Machine()).contains("finds no GPU"));
  }

  @Test
  void theMissingDriverIsNamed() {
    String message =
        refusal(
            new Machine(
                List.of(),
                "/c/libjnicudart.so: libcuda.so.1: cannot open shared object file: No such file or directory",
                null));
    assertTrue(message.contains("no NVIDIA driver is installed (libcuda.so.1"), message);
  }

  @Test
  void aMissingLibraryOfCudaIsNamed() {
    String start = "/c/libnd4jcuda.so: libcusolver.so.11: cannot open shared object file: No such";
    String message = refusal(new Machine(List.of(A100), null, start));
    assertTrue(message.contains("needs libcusolver.so.11, which is not found"), message);
  }

  @Test
  void whatElseTheLoaderSaysIsPassedOn() {
    String message = refusal(new Machine(List.of(), "libx.so: invalid\n ELF header", null));
    assertTrue(message.contains("libraries: libx.so: invalid ELF header;"), message);
  }

  @Test
  void anErrorOfTheRuntimeIsNamed() {
    String old = Nd4jCudaLibrary.sentence(35, "CUDA driver version is insufficient");
    assertTrue(old.contains("too old for ND4J's CUDA 11.6 backend: install version 450.80"), old);
    String other = Nd4jCudaLibrary.sentence(802, "system not yet initialized");
    assertEquals(
        "ND4J's CUDA backend cannot use the driver: system not yet initialized (error 802); see"
            + " whether nvidia-smi works, or build without -Pcuda to compute on the CPU",
        other);
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
