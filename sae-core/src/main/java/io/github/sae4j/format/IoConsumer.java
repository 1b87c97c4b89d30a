package io.github.sae4j.format;

import java.io.IOException;

/** Consumes a value and may throw an {@link java.io.IOException}. */
@FunctionalInterface
public interface IoConsumer<T> {
  void accept(T value) throws IOException;
}
