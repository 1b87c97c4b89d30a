package io.github.sae4j.nd4j;

import org.nd4j.linalg.api.buffer.DataType;

class Nd4jEngineDoubleTest extends AbstractNdEngineTest {
  private final NdEngine engine = new Nd4jEngine();

  @Override
  protected NdEngine engine() {
    return engine;
  }

  @Override
  protected DataType dataType() {
    return DataType.DOUBLE;
  }
}
