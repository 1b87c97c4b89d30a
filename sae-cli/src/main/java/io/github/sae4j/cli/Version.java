package io.github.sae4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version, as recorded by the build. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    Properties build = build();
    return new String[] {
      "sae "
          + build.getProperty("version")
          + " (Deeplearning4j "
          + build.getProperty("dl4j.version")
          + ", Java "
          + Runtime.version()
          + ")"
    };
  }

  /** Returns just the version, such as {@code 0.1}. */
  static String number() throws IOException {
    return build().getProperty("version");
  }

  /**
   * Returns the properties recorded by the build: versions, and names of the quick start's files.
   */
  static Properties build() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
      properties.load(in);
    }
    return properties;
  }
}
