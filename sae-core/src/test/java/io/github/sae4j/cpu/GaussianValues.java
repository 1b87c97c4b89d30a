package io.github.sae4j.cpu;

import java.util.SplittableRandom;

/** Standard Gaussian numbers, reproducible by seed. */
public final class GaussianValues {
  private GaussianValues() {}

  public static float[] of(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
