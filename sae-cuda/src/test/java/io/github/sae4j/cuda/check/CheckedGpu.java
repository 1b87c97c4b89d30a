package io.github.sae4j.cuda.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.Gpu;
import io.github.sae4j.cuda.engine.CudaEngine;
import io.github.sae4j.format.AtomicFiles;
import io.github.sae4j.product.Precision;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The GPU that is checked: the first.
 *
 * @param driver its driver
 * @param gpu the GPU
 */
record CheckedGpu(CudaDriver driver, Gpu gpu) {
  /** How the emulated driver of the tests calls its GPUs. */
  private static final String EMULATED = "Emulated on the CPU";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Returns the first GPU.
   *
   * @throws io.github.sae4j.cuda.driver.CudaException if there is none
   */
  static CheckedGpu find() {
    CudaDriver driver = CudaDriver.load();
    return new CheckedGpu(driver, driver.gpu(0));
  }

  /** Opens an engine on it. */
  CudaEngine open(Precision precision) {
    return CudaEngine.open(driver, gpu, precision);
  }

  /** Returns whether kernels run on the CPU, so that nothing measured is a figure of a GPU. */
  boolean isEmulated() {
    return gpu.name().equals(EMULATED) || System.getProperty(CudaDriver.PROPERTY) != null;
  }

  /** Returns what multiplies: {@code cublasLt 13.0.2}, or {@code own product}. */
  String product() {
    return CublasLt.find(driver.version())
        .map(library -> "cublasLt " + library.versionName())
        .orElse("own product");
  }

  /** Returns what every result begins with. */
  ObjectNode describe() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("gpu", gpu.name());
    json.put("capability", gpu.capability());
    json.put("memory_bytes", gpu.memory());
    json.put("multiprocessors", gpu.multiprocessors());
    json.put("l2_bytes", gpu.l2Bytes());
    json.put("cuda", driver.versionName());
    json.put("product", product());
    json.put("emulated", isEmulated());
    json.put("java", Runtime.version().toString());
    return json;
  }

  /** Writes a result. */
  static void write(Path file, ObjectNode json) throws IOException {
    AtomicFiles.writeString(file, JSON.writeValueAsString(json) + "\n");
  }
}
