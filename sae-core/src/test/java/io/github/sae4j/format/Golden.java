package io.github.sae4j.format;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The files that {@code src/test/resources/format/make_golden.py} wrote. */
final class Golden {

  private Golden() {}

  static Path file(String name) {
    try {
      return Path.of(Objects.requireNonNull(Golden.class.getResource("/format/" + name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The values {@code 0.5·i − 3} that most of the files hold. */
  static float[] ramp(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = 0.5f * i - 3;
    }
    return values;
  }
}
