package io.github.sae4j.store;

/**
 * A small random generator whose sequence must be reproducible and so must not change with the JDK:
 * SplitMix64 (G. L. Steele, D. Lea, C. H. Flood: Fast Splittable Pseudorandom Number Generators,
 * OOPSLA 2014).
 */
final class SplitMix64 {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /** Creates a generator whose sequence depends on all seeds and their order. */
  SplitMix64(long... seeds) {
    for (long seed : seeds) {
      state = mix(state + GOLDEN_GAMMA + seed);
    }
  }

  long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Returns a number in {@code [0, bound)} with a bias below bound / 2⁶⁴. */
  int nextInt(int bound) {
    return (int) unsignedMultiplyHigh(next(), bound);
  }

  /** Returns the numbers {@code [0, n)} in a uniformly random order (Fisher and Yates). */
  int[] permutation(int n) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static long unsignedMultiplyHigh(long a, long positive) {
    return Math.multiplyHigh(a, positive) + (a < 0 ? positive : 0);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
