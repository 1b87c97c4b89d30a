package io.github.sae4j.nd4j;

import io.github.sae4j.engine.Engine;
import org.nd4j.linalg.api.buffer.DataType;

class Nd4jEngineDoubleTest extends AbstractEngineTest {
  private final NdEngine engine = new Nd4jEngine();

  @Override
  protected NdEngine engine() {
    return engine;
  }

  @Override
  protected DataType dataType() {
    return DataType.DOUBLE;
  }

  @Override
  protected double tolerance() {
    return 1e-12;
  }
}
