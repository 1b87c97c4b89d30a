package io.github.sae4j.synthetic;

/**
 * Random numbers for one row at a time. Their sequence depends only on a seed and the row's index,
 * not on a library. SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
 * generators"), started for each row at a state chosen by the same mixing function.
 */
final class RowRandom {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private long state;

  /** Starts the numbers of a row. Data rows count from 0; other uses take negative indices. */
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

  /** Returns a uniform number in [0, 1). */
  double uniform() {
    return (next() >>> 11) * 0x1p-53;
  }

  /** Returns a uniform integer in [0, bound). */
  int below(int bound) {
    return (int) (((next() >>> 32) * bound) >>> 32);
  }

  /** Returns an exponential number with mean 1; at most 36.8. */
  double exponential() {
    return -StrictMath.log(1 - uniform());
  }

  /** Returns a standard normal number. */
  double gaussian() {
    return Gaussian.quantile(((next() >>> 12) + 0.5) * 0x1p-52);
  }
}
