package io.github.sae4j;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this software, read from a resource that the build writes. */
final class BuildVersion {
  private static final String NOT_BUILT = "development";
  static final String NUMBER = read();

  private BuildVersion() {}

  private static String read() {
    Properties build = new Properties();
    try (InputStream in = BuildVersion.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        return NOT_BUILT;
      }
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String version = build.getProperty("version", NOT_BUILT);
    return version.startsWith("${") ? NOT_BUILT : version;
  }
}
