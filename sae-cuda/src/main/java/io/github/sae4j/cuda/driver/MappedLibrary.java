package io.github.sae4j.cuda.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The file of a library that the system's loader has found by its name. */
public final class MappedLibrary {
  private static final Path MAPS = Path.of("/proc/self/maps");

  private MappedLibrary() {}

  /**
   * Returns the file that a loaded library is mapped from, without links.
   *
   * @param name a path, which is returned as it is, or a name such as {@code libcuda.so.1}, which
   *     is returned where the system does not tell the file
   */
  public static String file(String name) {
    if (name.contains("/") || !name.contains(".so")) {
      return name;
    }
    String stem = name.substring(0, name.indexOf(".so") + 3);
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines
          .filter(line -> line.indexOf('/') >= 0)
          .map(line -> line.substring(line.indexOf('/')))
          .filter(file -> file.substring(file.lastIndexOf('/') + 1).startsWith(stem))
          .findFirst()
          .orElse(name);
    } catch (IOException e) {
      return name;
    }
  }
}
