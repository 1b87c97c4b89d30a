package io.github.sae4j.cuda.engine;

import io.github.sae4j.product.Precision;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Products in TF32 by our kernel. */
class Tf32Test extends AbstractPrecisionTest {
  @RegisterExtension
  private final EmulatedEngine emulated = new EmulatedEngine().with(Precision.TF32);

  @Override
  int bits() {
    return 10;
  }

  @Override
  EmulatedEngine emulated() {
    return emulated;
  }
}
