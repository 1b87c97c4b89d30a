package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.blas.CublasLt;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.product.Precision;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * An engine on the emulated driver. As an extension it opens one for each test and closes it
 * afterwards; a test fails if that leaves anything open.
 */
final class EmulatedEngine implements BeforeEachCallback, AfterEachCallback {
  private final FakeDriver fake = new FakeDriver();
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private Precision precision = Precision.FLOAT32;
  private boolean cublasLt;
  private long rangeBytes = Encoder.RANGE_BYTES;
  private CudaEngine engine;

  /** Changes a setting of the driver for all tests, as {@link FakeDriver#set}. */
  EmulatedEngine with(String name, Object value) {
    settings.put(name, value);
    return this;
  }

  EmulatedEngine with(Precision other) {
    precision = other;
    return this;
  }

  /** Multiplies by the cublasLt beside the driver instead of our kernels. */
  EmulatedEngine withCublasLt() {
    cublasLt = true;
    return this;
  }

  /** Computes and reads 128 latents at a time, or more where so many bytes hold more. */
  EmulatedEngine withRanges(long bytes) {
    rangeBytes = bytes;
    return this;
  }

  /** Opens one more engine, which the caller closes. */
  CudaEngine open() {
    CudaDriver driver = CudaDriver.load();
    Optional<CublasLt> library = CublasLt.find(driver.version());
    return new CudaEngine(driver.gpu(0), precision, library, rangeBytes);
  }

  FakeDriver driver() {
    return fake;
  }

  CudaEngine engine() {
    return engine;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    fake.beforeEach(context);
    settings.forEach(fake::set);
    System.setProperty(CublasLt.PROPERTY, cublasLt ? FakeDriver.file().toString() : "none");
    engine = open();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (engine != null) {
      engine.close();
    }
    System.clearProperty(CublasLt.PROPERTY);
    fake.afterEach(context);
  }
}
