package io.github.sae4j.cuda.engine;

import org.junit.jupiter.api.extension.RegisterExtension;

/** Products in float32 by cublasLt. */
class Float32CublasLtTest extends AbstractPrecisionTest {
  @RegisterExtension private final EmulatedEngine emulated = new EmulatedEngine().withCublasLt();

  @Override
  int bits() {
    return 23;
  }

  @Override
  EmulatedEngine emulated() {
    return emulated;
  }
}
