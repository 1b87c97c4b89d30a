package io.github.sae4j.cuda;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says which library ND4J's CUDA backend misses. */
final class MissingLibrary {
  /** What always helps. */
  static final String ON_THE_CPU = "build without -Pcuda to compute on the CPU";

  private static final String DRIVER = "libcuda.so.1";

  /** What glibc says. */
  private static final Pattern NAME =
      Pattern.compile("(lib[\\w.+-]+\\.so[\\w.]*): cannot open shared object file");

  private MissingLibrary() {}

  /** Returns one sentence. JavaCPP keeps what the system's loader said as the cause. */
  static String sentence(UnsatisfiedLinkError e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = String.valueOf(root.getMessage()).strip().replaceAll("\\s*\\R\\s*", " ");
    Matcher missing = NAME.matcher(message);
    if (!missing.find()) {
      return "ND4J's CUDA backend cannot load its libraries: " + message + "; " + ON_THE_CPU;
    }
    if (missing.group(1).equals(DRIVER)) {
      return "this build computes with ND4J's CUDA backend, but no NVIDIA driver is installed ("
          + DRIVER
          + " is not found): install one, in a container start it with '--gpus all', or "
          + ON_THE_CPU;
    }
    return "ND4J's CUDA backend needs "
        + missing.group(1)
        + ", which is not found: install CUDA 11.6, put org.bytedeco:cuda-platform-redist:11.6-8.3-1.5.7 on the class path, or "
        + ON_THE_CPU;
  }
}
