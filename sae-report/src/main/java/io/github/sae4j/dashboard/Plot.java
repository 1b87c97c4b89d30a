package io.github.sae4j.dashboard;

import java.util.Base64;

/**
 * A picture of the report.
 *
 * @param name short, for programs
 * @param title above it
 * @param explanation below it: how to read it
 * @param alt what it shows, for those who do not see it
 */
record Plot(String name, String title, String explanation, String alt, Png png) {

  /**
   * A picture that could be drawn.
   *
   * @param dataUri the PNG file, as a page holds it
   */
  record Drawn(Plot plot, String dataUri) {}

  Drawn draw() {
    String base64 = Base64.getEncoder().encodeToString(png.bytes());
    return new Drawn(this, "data:image/png;base64," + base64);
  }

  /** The bytes of a PNG file. */
  @FunctionalInterface
  interface Png {
    byte[] bytes();
  }
}
