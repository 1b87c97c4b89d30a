package io.github.sae4j.engine;

import java.util.SplittableRandom;

/** Standard Gaussian numbers, the same for the same seed. */
final class GaussianValues {
  private GaussianValues() {}

  static float[] of(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
