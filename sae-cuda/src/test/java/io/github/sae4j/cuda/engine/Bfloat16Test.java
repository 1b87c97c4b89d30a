package io.github.sae4j.cuda.engine;

import io.github.sae4j.product.Precision;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Products in bfloat16 by our kernel. */
class Bfloat16Test extends AbstractPrecisionTest {
  @RegisterExtension
  private final EmulatedEngine emulated = new EmulatedEngine().with(Precision.BFLOAT16);

  @Override
  int bits() {
    return 7;
  }

  @Override
  EmulatedEngine emulated() {
    return emulated;
  }
}
