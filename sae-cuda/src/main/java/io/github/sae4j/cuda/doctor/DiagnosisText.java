package io.github.sae4j.cuda.doctor;

import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.product.ProductRate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** A diagnosis for people: lines of a label and what was found. */
final class DiagnosisText {
  private final List<String> lines = new ArrayList<>();

  private DiagnosisText() {}

  static String of(Diagnosis diagnosis) {
    DiagnosisText text = new DiagnosisText();
    text.host(diagnosis.host());
    diagnosis.gpu().ifPresent(text::gpu);
    return String.join("\n", text.lines);
  }

  private void line(String label, String format, Object... values) {
    lines.add(
        String.format(Locale.ROOT, "%-10s", label) + String.format(Locale.ROOT, format, values));
  }

  private void host(HostFacts host) {
    line("Java", "%s", host.java());
    line(
        "",
        "jdk.incubator.vector: %s",
        host.vectorModule() ? "loaded" : "not loaded, so loops are slower");
    line("CPU", "%s, %s", host.cpu().model(), processors(host.processors()));
    if (!host.cpu().flags().isEmpty()) {
      line("", "%s", String.join(" ", host.cpu().flags()));
    }
    line("ND4J", "%s", host.nd4j().orElse("cannot be used"));
    host.product().ifPresent(this::product);
    memory(host.memory());
  }

  private static String processors(int count) {
    return count == 1 ? "1 processor" : count + " processors";
  }

  private void product(ProductRate rate) {
    line(
        "Product",
        "%.0f GFLOP/s in float32 by %s, %s (%,d x %,d x %,d)",
        rate.gigaflops(),
        rate.library(),
        rate.threads() == 1 ? "1 thread" : rate.threads() + " threads",
        rate.rows(),
        rate.terms(),
        rate.columns());
  }

  private void memory(HostMemory memory) {
    line(
        "Memory",
        "%s, %s available%s; limits: heap %s, ND4J's arrays %s",
        size(memory.total(), "unknown"),
        size(memory.available(), "unknown"),
        memory.groupLimit().isPresent()
            ? ", control group limited to " + size(memory.groupLimit(), "")
            : "",
        Sentences.gibibytes(memory.heap()),
        size(memory.nd4jLimit(), "none"));
  }

  private static String size(OptionalLong bytes, String otherwise) {
    return bytes.isPresent() ? Sentences.gibibytes(bytes.getAsLong()) : otherwise;
  }

  private void gpu(GpuFacts gpu) {
    if (gpu.driver().isPresent()) {
      line(
          "Driver",
          "%s%s, for CUDA %s",
          gpu.kernelModule().map(version -> "NVIDIA " + version + ", ").orElse(""),
          gpu.driver().get().file(),
          gpu.driver().get().versionName());
    } else {
      line(
          "Driver",
          "none that can be used; NVIDIA GPUs on the PCI bus: %s",
          gpu.onBus().isEmpty() ? "none" : String.join(", ", gpu.onBus()));
    }
    gpu.gpus().forEach(this::gpu);
    if (gpu.driver().isPresent()) {
      line(
          "cublasLt",
          "%s",
          gpu.blas().map(DiagnosisText::library).orElse("not found: our own product is used"));
    }
    if (!gpu.auto().isEmpty()) {
      line("Device", "--device auto takes %s", gpu.auto());
    }
  }

  private static String library(CublasLt library) {
    return library.versionName() + ", " + library.file();
  }

  private void gpu(GpuFacts.State state) {
    Gpu gpu = state.gpu();
    line(
        "GPU " + gpu.ordinal(),
        "%s at %s, compute capability %s, %d multiprocessors, %s",
        gpu.name(),
        gpu.busId(),
        gpu.capability(),
        gpu.multiprocessors(),
        state
            .memory()
            .map(
                memory ->
                    Sentences.gibibytes(memory.free())
                        + " of "
                        + Sentences.gibibytes(memory.total())
                        + " free")
            .orElse(Sentences.gibibytes(gpu.memory())));
    for (GpuFacts.Passed passed : state.passed()) {
      line("", "self-test passed in %.0f ms: %s", passed.milliseconds(), passed.name());
    }
    state
        .product()
        .ifPresent(
            rate ->
                line(
                    "",
                    "product: %,.0f GFLOP/s in float32 by %s (%,d x %,d x %,d)",
                    rate.gigaflops(),
                    rate.library(),
                    rate.rows(),
                    rate.width(),
                    rate.nLatents()));
  }
}
