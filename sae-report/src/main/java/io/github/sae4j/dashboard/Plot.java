package io.github.sae4j.dashboard;

import java.util.Base64;

/**
 * A picture of the report.
 *
 * @param name short identifier
 * @param title title above the plot
 * @param explanation text below the plot that explains it
 * @param alt alternative text for users who cannot see the plot
 */
record Plot(String name, String title, String explanation, String alt, Png png) {

  /**
   * A plot that has been drawn.
   *
   * @param dataUri the PNG file as a data URI
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
