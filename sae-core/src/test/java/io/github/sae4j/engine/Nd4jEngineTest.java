package io.github.sae4j.engine;

import org.nd4j.linalg.api.buffer.DataType;

class Nd4jEngineTest extends AbstractEngineTest {
  private final Engine engine = new Nd4jEngine();

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
