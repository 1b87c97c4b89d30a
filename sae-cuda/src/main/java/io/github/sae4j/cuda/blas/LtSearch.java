package io.github.sae4j.cuda.blas;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Where cublasLt may be: on the system loader's path, in a CUDA toolkit, or in a Python's packages.
 * Newer versions come first, and those that the driver is too old for are left out.
 *
 * @param environment value of a variable, or null
 * @param root of the file system
 */
record LtSearch(UnaryOperator<String> environment, Path root) {
  private static final int NEWEST = 13;
  private static final int OLDEST = 11;

  /** Directories of NVIDIA's packages in a Python's {@code site-packages}. */
  private static final List<String> PACKAGES = List.of("nvidia/cu13/lib", "nvidia/cublas/lib");

  static LtSearch ofThisMachine() {
    return new LtSearch(System::getenv, Path.of("/"));
  }

  /**
   * Returns names and paths to try, in this order.
   *
   * @param driverVersion the CUDA version of the driver, such as 12040; it runs libraries of its
   *     own major version and of older ones
   */
  List<String> candidates(int driverVersion) {
    Set<String> all = new LinkedHashSet<>();
    List<Path> directories = directories();
    for (int major = Math.min(NEWEST, driverVersion / 1000); major >= OLDEST; major--) {
      String name = "libcublasLt.so." + major;
      all.add(name);
      for (Path directory : directories) {
        Path file = directory.resolve(name);
        if (Files.isRegularFile(file)) {
          all.add(file.toString());
        }
      }
    }
    return List.copyOf(all);
  }

  private List<Path> directories() {
    List<Path> found = new ArrayList<>();
    for (String toolkit : List.of("CUDA_HOME", "CUDA_PATH")) {
      named(toolkit).ifPresent(home -> found.add(home.resolve("lib64")));
    }
    matches(root.resolve("usr/local"), "cuda*").forEach(home -> found.add(home.resolve("lib64")));
    for (Path site : sitePackages()) {
      PACKAGES.forEach(each -> found.add(site.resolve(each)));
    }
    return found;
  }

  /** The packages of the Python in use, then of the system's. */
  private List<Path> sitePackages() {
    List<Path> prefixes = new ArrayList<>();
    named("VIRTUAL_ENV").ifPresent(prefixes::add);
    named("CONDA_PREFIX").ifPresent(prefixes::add);
    pythonOnPath().ifPresent(prefixes::add);
    named("HOME").ifPresent(home -> prefixes.add(home.resolve(".local")));
    prefixes.add(root.resolve("usr/local"));
    prefixes.add(root.resolve("usr"));
    List<Path> found = new ArrayList<>();
    for (Path prefix : prefixes) {
      for (Path python : matches(prefix.resolve("lib"), "python3*")) {
        found.add(python.resolve("site-packages"));
        found.add(python.resolve("dist-packages"));
      }
    }
    return found;
  }

  private Optional<Path> pythonOnPath() {
    String path = environment.apply("PATH");
    if (path == null) {
      return Optional.empty();
    }
    for (String directory : path.split(":", -1)) {
      Path python = Path.of(directory, "python3");
      if (!directory.isEmpty() && Files.isExecutable(python)) {
        return Optional.ofNullable(python.getParent().getParent());
      }
    }
    return Optional.empty();
  }

  private Optional<Path> named(String variable) {
    String value = environment.apply(variable);
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(Path.of(value));
  }

  /** Returns the entries that match a pattern, the highest version first. */
  private static List<Path> matches(Path directory, String glob) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
      entries.forEach(found::add);
    } catch (IOException e) {
      return List.of(); // it does not exist or cannot be read
    }
    found.sort(Comparator.comparing(LtSearch::version).reversed());
    return found;
  }

  /**
   * {@code python3.9} before {@code python3.11}: each number padded, so that text order is theirs.
   */
  private static String version(Path path) {
    StringBuilder padded = new StringBuilder();
    for (String part : path.getFileName().toString().split("(?<=\\D)(?=\\d)|(?<=\\d)(?=\\D)", -1)) {
      padded.append(part.matches("\\d{1,8}") ? "0".repeat(8 - part.length()) + part : part);
    }
    return padded.toString();
  }
}
