package io.github.sae4j.dashboard;

/**
 * A picture of the report.
 *
 * @param file name of its PNG file
 * @param title above it
 * @param explanation below it: how to read it
 * @param alt what it shows, for those who do not see it
 */
record Plot(String file, String title, String explanation, String alt, Png png) {

  /** The bytes of a PNG file. */
  @FunctionalInterface
  interface Png {
    byte[] bytes();
  }
}
