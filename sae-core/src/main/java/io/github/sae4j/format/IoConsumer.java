package io.github.sae4j.format;

import java.io.IOException;

/** Does something with a value that may fail for reasons of input and output. */
@FunctionalInterface
public interface IoConsumer<T> {
  void accept(T value) throws IOException;
}
