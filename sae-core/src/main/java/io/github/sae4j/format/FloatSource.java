package io.github.sae4j.format;

import java.io.IOException;

/** A source of numbers that are fetched in runs. */
@FunctionalInterface
public interface FloatSource {

  /** Copies the numbers {@code [from, from + count)} to {@code dst}, from index {@code at} on. */
  void get(long from, float[] dst, int at, int count) throws IOException;
}
