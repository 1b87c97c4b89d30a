package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.engine.AbstractDeviceEngineTest;
import io.github.sae4j.engine.DeviceEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

/**
 * The engines' contract on a GPU: {@code mvn -DexcludedTests= -Dtest=CudaEngineGpuTest
 * -Dsurefire.failIfNoSpecifiedTests=false -pl sae-cuda -am test}, or the bundle's {@code
 * gpu-check.sh}.
 */
@Tag("gpu")
class CudaEngineGpuTest extends AbstractDeviceEngineTest {
  private static CudaDriver driver;
  private static CudaContext context; // keeps the GPU's context between tests

  private CudaEngine engine;

  @BeforeAll
  static void findTheGpu() {
    driver = CudaDriver.load();
    context = CudaContext.open(driver.gpu(0));
  }

  @AfterAll
  static void leaveTheGpu() {
    if (context != null) {
      context.close();
    }
  }

  @BeforeEach
  void open() {
    engine = CudaEngine.open(driver, driver.gpu(0));
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @Override
  protected DeviceEngine engine() {
    return engine;
  }
}
