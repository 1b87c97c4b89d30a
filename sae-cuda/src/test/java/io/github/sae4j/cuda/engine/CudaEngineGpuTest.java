package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.CudaContext;
import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.engine.AbstractDeviceEngineTest;
import io.github.sae4j.engine.DeviceEngine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The engines' contract on a GPU: {@code mvn -DexcludedTests= -Dtest=CudaEngineGpuTest
 * -Dsurefire.failIfNoSpecifiedTests=false -pl sae-cuda -am test}, or the bundle's {@code
 * gpu-check.sh}.
 */
@Tag("gpu")
class CudaEngineGpuTest extends AbstractDeviceEngineTest {
  private static CudaDriver driver;
  private static CudaContext context; // keeps the GPU's context between tests

  @RegisterExtension private final OpenEngine open = new OpenEngine();

  /** Opens an engine before whatever else happens in a test, and closes it after all. */
  private static final class OpenEngine implements BeforeEachCallback, AfterEachCallback {
    private CudaEngine engine;

    @Override
    public void beforeEach(ExtensionContext test) {
      engine = CudaEngine.open(driver, driver.gpu(0));
    }

    @Override
    public void afterEach(ExtensionContext test) {
      if (engine != null) {
        engine.close();
      }
    }
  }

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

  @Override
  protected DeviceEngine engine() {
    return open.engine;
  }
}
