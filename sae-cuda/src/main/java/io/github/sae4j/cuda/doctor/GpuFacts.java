package io.github.sae4j.cuda.doctor;

import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.CudaContext.MemoryInfo;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.cuda.engine.GpuProductRate;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The driver and its GPUs.
 *
 * @param onBus places of NVIDIA's GPUs on the PCI bus, such as {@code 0000:65:00.0}, as Linux lists
 *     them without a driver
 * @param kernelModule version of the driver's kernel module; empty if none is loaded
 * @param driver the driver; empty if it cannot be used
 * @param gpus what the driver reports
 * @param blas cublasLt; empty if none was found
 * @param auto what {@code --device auto} takes, and why; empty if the driver does not answer
 */
public record GpuFacts(
    List<String> onBus,
    Optional<String> kernelModule,
    Optional<CudaDriver> driver,
    List<State> gpus,
    Optional<CublasLt> blas,
    String auto) {
  private static final String NVIDIA = "0x10de";
  private static final String DISPLAY_CLASS = "0x03";

  public GpuFacts {
    onBus = List.copyOf(onBus);
    gpus = List.copyOf(gpus);
  }

  /**
   * A GPU and how it does.
   *
   * @param gpu the GPU
   * @param memory its memory; empty if the GPU cannot be used
   * @param passed self-tests that it passed
   * @param product rate of the encoder's product; empty if the GPU cannot be used
   */
  public record State(
      Gpu gpu, Optional<MemoryInfo> memory, List<Passed> passed, Optional<GpuProductRate> product) {
    public State {
      passed = List.copyOf(passed);
    }
  }

  /**
   * A self-test that was passed.
   *
   * @param name what was run
   * @param milliseconds how long it took, with the compilation of its kernels
   */
  public record Passed(String name, double milliseconds) {}

  /** Returns the places of NVIDIA's GPUs below a root such as {@code /sys}. */
  static List<String> onBus(Path sys) {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> devices = Files.newDirectoryStream(sys.resolve("bus/pci/devices"))) {
      for (Path device : devices) {
        if (text(device.resolve("vendor")).equals(NVIDIA)
            && text(device.resolve("class")).startsWith(DISPLAY_CLASS)) {
          found.add(device.getFileName().toString());
        }
      }
    } catch (IOException e) {
      return List.of(); // another system
    }
    Collections.sort(found);
    return found;
  }

  /** Returns the version of the kernel module, below a root such as {@code /sys}. */
  static Optional<String> kernelModule(Path sys) {
    return Optional.of(text(sys.resolve("module/nvidia/version"))).filter(text -> !text.isEmpty());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
