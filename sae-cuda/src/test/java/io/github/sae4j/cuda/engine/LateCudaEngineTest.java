package io.github.sae4j.cuda.engine;

import io.github.sae4j.engine.AbstractDeviceEngineTest;
import io.github.sae4j.engine.DeviceEngine;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The engines' contract where operations run only once something waits for them, with threads in
 * another order: numbers are wrong wherever a wait is forgotten. Latents are encoded in short
 * ranges.
 */
class LateCudaEngineTest extends AbstractDeviceEngineTest {
  @RegisterExtension
  private final EmulatedEngine emulated =
      new EmulatedEngine().with("EMU_MODE", "late").with("EMU_ORDER", 7).withRanges(1);

  @Override
  protected DeviceEngine engine() {
    return emulated.engine();
  }
}
