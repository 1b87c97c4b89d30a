package io.github.sae4j.cuda.doctor;

import io.github.sae4j.cpu.Nd4jCpuLibrary;
import io.github.sae4j.cuda.CudaUnusableError;
import io.github.sae4j.product.ProductRate;
import io.github.sae4j.train.MemoryLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.nd4j.linalg.api.environment.Nd4jEnvironment;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The host and what runs on it.
 *
 * @param java version and virtual machine
 * @param vectorModule whether the module jdk.incubator.vector, of the fast loops, is loaded
 * @param cpu the CPU
 * @param processors processors that this process may use
 * @param nd4j ND4J's backend and library; empty if it cannot be used
 * @param product rate of the encoder's product; empty if ND4J cannot be used
 * @param memory memory and its limits
 */
public record HostFacts(
    String java,
    boolean vectorModule,
    CpuInfo cpu,
    int processors,
    Optional<String> nd4j,
    Optional<ProductRate> product,
    HostMemory memory) {

  /** Reads the facts and measures the product; what is wrong is added to the faults. */
  static HostFacts read(List<String> faults) {
    Optional<String> nd4j = Optional.empty();
    Optional<ProductRate> product = Optional.empty();
    try {
      nd4j = Optional.of(nd4jInUse());
      product = Optional.of(ProductRate.measure());
    } catch (RuntimeException | LinkageError e) {
      faults.add(whyNd4jCannotBeUsed(e));
    }
    return new HostFacts(
        javaInUse(),
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
        CpuInfo.parse(text("/proc/cpuinfo")),
        Runtime.getRuntime().availableProcessors(),
        nd4j,
        product,
        HostMemory.parse(
            text("/proc/meminfo"),
            text("/sys/fs/cgroup/memory.max"),
            Runtime.getRuntime().maxMemory(),
            nd4jLimit()));
  }

  private static OptionalLong nd4jLimit() {
    long limit = MemoryLimits.ofThisProcess().nd4j();
    return limit == MemoryLimits.NONE ? OptionalLong.empty() : OptionalLong.of(limit);
  }

  /** Returns the sentence of the check of ND4J's CUDA backend, or one for any other failure. */
  static String whyNd4jCannotBeUsed(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof CudaUnusableError) {
        return cause.getMessage();
      }
    }
    return "ND4J cannot be used ("
        + Sentences.ofRoot(thrown)
        + "); its libraries are unpacked in the cache of JavaCPP, ~/.javacpp or"
        + " $XDG_CACHE_HOME/javacpp, which must have free space and allow execution";
  }

  private static String javaInUse() {
    return Runtime.version()
        + ", "
        + System.getProperty("java.vm.name")
        + " of "
        + System.getProperty("java.vendor");
  }

  private static String nd4jInUse() {
    Nd4jCpuLibrary library = Nd4jCpuLibrary.choose();
    Object backend =
        Nd4j.getExecutioner().getEnvironmentInformation().get(Nd4jEnvironment.BACKEND_KEY);
    if (!"CPU".equals(backend)) {
      return backend + " backend";
    }
    String name = library.extension().replaceFirst("^-", "");
    return "CPU library " + (name.isEmpty() ? "plain" : name) + " (" + library.reason() + ")";
  }

  private static String text(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      return ""; // another system
    }
  }
}
