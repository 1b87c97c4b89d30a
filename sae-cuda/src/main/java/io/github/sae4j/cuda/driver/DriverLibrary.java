package io.github.sae4j.cuda.driver;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.File;
import java.util.Optional;

/** Finds the driver's library and binds {@link DriverFunctions} to it. One is bound at a time. */
final class DriverLibrary {
  /** CUDA 11.0: the first driver whose compiler takes our PTX. */
  static final int LEAST_VERSION = 11000;

  private static NativeLibrary bound;

  private DriverLibrary() {}

  /** Returns the library's name on this system, or the path that the user gave. */
  static String name() {
    String given = System.getProperty(CudaDriver.PROPERTY);
    return given != null && !given.isBlank()
        ? given
        : Platform.isWindows() ? "nvcuda" : "libcuda.so.1";
  }

  /**
   * Binds the functions to a library, unless they are bound to it already.
   *
   * @param name a path, or a name for the system's loader
   * @return the library's file
   * @throws CudaException if there is no such library or it is too old
   */
  static synchronized String bind(String name) {
    NativeLibrary library = open(name);
    requireVersion(library);
    if (library != bound) {
      try {
        Native.unregister(DriverFunctions.class);
        Native.register(DriverFunctions.class, library);
      } catch (UnsatisfiedLinkError e) {
        bound = null;
        throw CudaException.unusable(
            CudaStatus.NOT_SUPPORTED,
            "the NVIDIA driver "
                + file(library)
                + " lacks a function that every driver since CUDA 11 has ("
                + firstLine(e)
                + "); install a newer driver");
      }
      bound = library;
    }
    return file(library);
  }

  /** Returns a function that not every driver has. */
  static synchronized Optional<Function> optional(String name) {
    try {
      return Optional.of(bound.getFunction(name));
    } catch (UnsatisfiedLinkError e) {
      return Optional.empty();
    }
  }

  /** Returns the driver's name of an error. */
  static String errorName(int code) {
    long[] name = new long[1];
    boolean known = bound != null && DriverFunctions.cuGetErrorName(code, name) == 0;
    return known && name[0] != 0 ? new Pointer(name[0]).getString(0) : "CUresult";
  }

  /** Loads JNA itself, whose failure must not be taken for that of the driver. */
  private static void requireJna() {
    try {
      new Memory(1).close();
    } catch (LinkageError e) {
      throw CudaException.unusable(
          CudaStatus.NOT_SUPPORTED,
          "JNA, which calls the NVIDIA driver, cannot be loaded ("
              + firstLine(e)
              + "); its library is unpacked in ~/.cache/JNA, $XDG_CACHE_HOME/JNA or -Djna.tmpdir,"
              + " which must have free space and allow execution");
    }
  }

  private static NativeLibrary open(String name) {
    requireJna();
    try {
      return NativeLibrary.getInstance(name);
    } catch (UnsatisfiedLinkError e) {
      throw CudaException.unusable(CudaStatus.NO_DEVICE, missing(name, firstLine(e)));
    }
  }

  private static String missing(String name, String reason) {
    if (System.getProperty(CudaDriver.PROPERTY) != null) {
      return new File(name).isFile()
          ? "the NVIDIA driver "
              + name
              + " cannot be loaded ("
              + reason
              + "); correct -D"
              + CudaDriver.PROPERTY
          : "there is no NVIDIA driver at "
              + name
              + ", which -D"
              + CudaDriver.PROPERTY
              + " names; correct or drop that option";
    }
    return "no NVIDIA driver is installed ("
        + name
        + " is not found); install one for CUDA 11 or later (450 or newer), or in a container start it with '--gpus all'";
  }

  private static void requireVersion(NativeLibrary library) {
    int[] version = new int[1];
    library.getFunction("cuDriverGetVersion").invokeInt(new Object[] {version});
    if (version[0] < LEAST_VERSION) {
      throw CudaException.unusable(
          CudaStatus.UNSUPPORTED_PTX_VERSION,
          "the NVIDIA driver "
              + file(library)
              + " is too old: it is for CUDA "
              + version(version[0])
              + "; install one for CUDA 11 or later (450 or newer)");
    }
  }

  /** Formats the driver's number for a CUDA version, such as 12040. */
  static String version(int number) {
    return number / 1000 + "." + number % 1000 / 10;
  }

  private static String file(NativeLibrary library) {
    File file = library.getFile();
    return MappedLibrary.file(file == null ? library.getName() : file.getPath());
  }

  private static String firstLine(LinkageError e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("").strip();
  }
}
