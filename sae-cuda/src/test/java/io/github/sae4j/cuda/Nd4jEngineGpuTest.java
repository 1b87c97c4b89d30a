package io.github.sae4j.cuda;

import io.github.sae4j.nd4j.AbstractNdEngineTest;
import io.github.sae4j.nd4j.Nd4jEngine;
import io.github.sae4j.nd4j.NdEngine;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Runs the engine's contract on a GPU: {@code mvn -Pcuda -DexcludedTests= -pl sae-cuda -am test}.
 */
@Tag("gpu")
class Nd4jEngineGpuTest extends AbstractNdEngineTest {
  private final NdEngine engine = new Nd4jEngine();

  @BeforeAll
  static void needsADevice() {
    CudaDevice.requireUsable();
  }

  @Override
  protected NdEngine engine() {
    return engine;
  }

  @Override
  protected DataType dataType() {
    return DataType.FLOAT;
  }
}
