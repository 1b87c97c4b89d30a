package io.github.sae4j.cuda.blas;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import io.github.sae4j.cuda.driver.MappedLibrary;
import java.util.List;
import java.util.Optional;

/**
 * NVIDIA's cublasLt, loaded. One is loaded in a process.
 *
 * @param file its file, or its name if the system's loader does not say
 * @param version such as 130002 for 13.0.2
 */
public record CublasLt(String file, long version) {
  /** System property with the path of the library, or {@code none} to do without. */
  public static final String PROPERTY = "sae4j.cublaslt";

  private static final String NONE = "none";

  private static NativeLibrary bound;

  /**
   * Finds cublasLt and loads it; empty if the machine has none.
   *
   * @param driverVersion the CUDA version of the driver, such as 12040
   * @throws IllegalArgumentException if {@link #PROPERTY} names a library that cannot be loaded
   */
  public static synchronized Optional<CublasLt> find(int driverVersion) {
    String given = System.getProperty(PROPERTY, "");
    if (given.equals(NONE)) {
      return Optional.empty();
    }
    if (!given.isBlank()) {
      return Optional.of(given(given));
    }
    return find(LtSearch.ofThisMachine().candidates(driverVersion));
  }

  static synchronized Optional<CublasLt> find(List<String> candidates) {
    for (String candidate : candidates) {
      try {
        return Optional.of(load(candidate));
      } catch (UnsatisfiedLinkError e) {
        // not there, or one of its own libraries is missing: the next may do
      }
    }
    return Optional.empty();
  }

  private static CublasLt given(String file) {
    try {
      return load(file);
    } catch (UnsatisfiedLinkError e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
      throw new IllegalArgumentException(
          "cublasLt cannot be loaded from "
              + file
              + ", which -D"
              + PROPERTY
              + " names ("
              + reason
              + "); correct or drop that option",
          e);
    }
  }

  private static CublasLt load(String name) {
    NativeLibrary library = NativeLibrary.getInstance(name);
    if (library != bound) {
      Native.unregister(LtFunctions.class);
      Native.register(LtFunctions.class, library);
      bound = library;
    }
    return new CublasLt(MappedLibrary.file(name), LtFunctions.cublasLtGetVersion());
  }

  /** Returns the version as people write it, such as {@code 13.0.2} or {@code 11.9.2}. */
  public String versionName() {
    return version / 10_000 + "." + version % 10_000 / 100 + "." + version % 100;
  }
}
