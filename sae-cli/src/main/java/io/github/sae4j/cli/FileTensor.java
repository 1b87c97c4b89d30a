package io.github.sae4j.cli;

import io.github.sae4j.store.ActivationSource;
import io.github.sae4j.store.ActivationSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A tensor in a file, {@code FILE:TENSOR}, or {@code FILE} if it has only one.
 *
 * @param tensorOrNull its name; null if none is given
 */
record FileTensor(Path file, String tensorOrNull) {

  /**
   * Parses a value. File names may also contain colons: if the whole value exists, it is a file.
   */
  static FileTensor parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("--truth needs a path");
    }
    for (int colon = text.length(); colon > 0; colon = text.lastIndexOf(':', colon - 1)) {
      Path file = Path.of(text.substring(0, colon));
      if (Files.exists(file)) {
        return new FileTensor(file, colon == text.length() ? null : text.substring(colon + 1));
      }
    }
    return new FileTensor(Path.of(text), null);
  }

  ActivationSource open() throws IOException {
    return ActivationSources.open(file, tensorOrNull);
  }
}
