package io.github.sae4j.train;

import io.github.sae4j.engine.AbstractDeviceEngineTest;
import io.github.sae4j.engine.DeviceEngine;

/** What stands in for a device in tests keeps the contract of devices. */
class HostAsDeviceTest extends AbstractDeviceEngineTest {
  private final DeviceEngine engine = HostAsDevice.engine();

  @Override
  protected DeviceEngine engine() {
    return engine;
  }
}
