package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.AbstractDeviceEngineTest;
import io.github.sae4j.engine.DeviceEngine;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The engines' contract on the emulated driver, where an operation runs when it is enqueued. */
class CudaEngineTest extends AbstractDeviceEngineTest {
  @RegisterExtension private final EmulatedEngine emulated = new EmulatedEngine();

  @Override
  protected DeviceEngine engine() {
    return emulated.engine();
  }
}
