package io.github.sae4j.synthetic;

/**
 * Random numbers of one row at a time: their sequence depends on a seed and the row's index alone,
 * on no library's choices. SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom
 * number generators"), started at a place that the same mixing function chooses for each row.
 */
final class RowRandom {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private long state;

  /** Begins the numbers of a row. Rows of data count from 0; other uses take negative ones. */
  void start(long seed, long row) {
    state = mix(mix(seed) + STEP * row);
  }

  private long next() {
    state += STEP;
    return mix(state);
  }

  private static long mix(long bits) {
    bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
    return bits ^ (bits >>> 31);
  }

  /** Uniform within 0 to 1, without 1. */
  double uniform() {
    return (next() >>> 11) * 0x1p-53;
  }

  /** Uniform over the whole numbers below a bound. */
  int below(int bound) {
    return (int) (((next() >>> 32) * bound) >>> 32);
  }

  /** Exponential of mean 1; at most 36.8. */
  double exponential() {
    return -StrictMath.log(1 - uniform());
  }

  /** Standard normal. */
  double gaussian() {
    return Gaussian.quantile(((next() >>> 12) + 0.5) * 0x1p-52);
  }
}
