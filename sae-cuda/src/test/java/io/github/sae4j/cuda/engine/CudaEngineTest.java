package io.github.sae4j.cuda.engine;

import io.github.sae4j.cuda.driver.CudaDriver;
import io.github.sae4j.cuda.driver.FakeDriver;
import io.github.sae4j.engine.AbstractDeviceEngineTest;
import io.github.sae4j.engine.DeviceEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The engines' contract on the emulated driver, where each operation runs when it is enqueued. */
class CudaEngineTest extends AbstractDeviceEngineTest {
  @RegisterExtension final FakeDriver fake = new FakeDriver();

  private CudaEngine engine;

  @BeforeEach
  void open() {
    CudaDriver driver = CudaDriver.load();
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
