package io.github.sae4j.engine;

import org.nd4j.linalg.api.buffer.DataType;

class HostEngineTest extends AbstractEngineTest {
  private final Engine engine = new HostEngine();

  @Override
  protected Engine engine() {
    return engine;
  }

  @Override
  protected DataType dataType() {
    return DataType.FLOAT;
  }

  @Override
  protected double tolerance() {
    return 2e-5;
  }
}
