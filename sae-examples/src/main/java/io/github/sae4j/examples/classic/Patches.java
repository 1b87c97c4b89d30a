package io.github.sae4j.examples.classic;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Square patches cut from pictures at random positions.
 *
 * @param side side in pixels
 * @param count number of patches
 */
record Patches(int side, int count) {

  /** Cuts patches from each picture in turn, {@code [count, side * side]}. */
  Rows cut(List<Photograph> pictures, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int width = side * side;
    float[] values = new float[count * width];
    for (int i = 0; i < count; i++) {
      Photograph picture = pictures.get(i % pictures.size());
      int left = random.nextInt(picture.width() - side + 1);
      int top = random.nextInt(picture.height() - side + 1);
      for (int y = 0; y < side; y++) {
        System.arraycopy(
            picture.grey(), (top + y) * picture.width() + left, values, i * width + y * side, side);
      }
    }
    return new Rows("patches of %d pictures".formatted(pictures.size()), width, values);
  }

  /**
   * Prepares patches for a sigmoid: subtracts each patch's mean, truncates to three standard
   * deviations and rescales to 0.1 to 0.9 (Ng, CS294A exercise, {@code normalizeData}).
   */
  static Rows squashed(Rows patches) {
    int width = patches.width();
    float[] values = patches.values().clone();
    double squares = 0;
    for (int from = 0; from < values.length; from += width) {
      double mean = 0;
      for (int i = from; i < from + width; i++) {
        mean += values[i] / width;
      }
      for (int i = from; i < from + width; i++) {
        values[i] -= (float) mean;
        squares += values[i] * values[i];
      }
    }
    double limit = 3 * Math.sqrt(squares / values.length);
    for (int i = 0; i < values.length && limit > 0; i++) {
      double cut = Math.max(-limit, Math.min(limit, values[i])) / limit;
      values[i] = (float) (.5 + .4 * cut);
    }
    return new Rows(patches.description(), width, values);
  }
}
