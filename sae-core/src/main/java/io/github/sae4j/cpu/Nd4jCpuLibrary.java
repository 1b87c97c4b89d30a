package io.github.sae4j.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bytedeco.javacpp.Loader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The build of ND4J's CPU library to load if several are on the class path: AVX-512, AVX2 or plain,
 * whichever is the fastest that the CPU can run. By default, JavaCPP loads the highest one, and if
 * the CPU cannot run it, the process dies on an illegal instruction.
 *
 * @param extension suffix that JavaCPP appends to the platform's name; empty if JavaCPP chooses
 * @param reason reason for the choice, in words
 */
public record Nd4jCpuLibrary(String extension, String reason) {
  /** JavaCPP's system property; a value set by the user takes precedence. */
  public static final String PROPERTY = "org.bytedeco.javacpp.platform.extension";

  /** Key of the property in JavaCPP's own properties. */
  private static final String JAVACPP_KEY = "platform.extension";

  private static final Logger LOG = LoggerFactory.getLogger(Nd4jCpuLibrary.class);

  /** An extension that no file has, so JavaCPP loads the plain build. ND4J knows the name. */
  private static final String PLAIN = "-";

  /** Builds that not every CPU can run, fastest first. */
  private static final List<Build> SPECIAL_BUILDS =
      List.of(
          new Build("-avx512", List.of("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd")),
          new Build("-avx2", List.of("avx2", "fma", "f16c")));

  private record Build(String extension, List<String> needs) {}

  /** The choice for this process, made on first use. */
  private static final class Chosen {
    private static final Nd4jCpuLibrary LIBRARY = chooseNow();
  }

  /**
   * Chooses the library for this machine, passes it to JavaCPP in {@link #PROPERTY}, and logs it.
   * Must be called before any use of ND4J, since a loaded library cannot be replaced. Later calls
   * return the first choice.
   */
  public static Nd4jCpuLibrary choose() {
    return Chosen.LIBRARY;
  }

  private static Nd4jCpuLibrary chooseNow() {
    String setByUser = System.getProperty(PROPERTY);
    String platform = Loader.Detector.getPlatform();
    Nd4jCpuLibrary choice =
        choice(setByUser, CpuFeatures.ofThisMachine(), suffix -> isOnClassPath(platform + suffix));
    if (setByUser == null && !choice.extension.isEmpty()) {
      System.setProperty(PROPERTY, choice.extension);
      // JavaCPP has already read the property if any part of it was used before
      Loader.loadProperties().setProperty(JAVACPP_KEY, choice.extension);
    }
    LOG.info("{}", choice);
    return choice;
  }

  /**
   * Chooses a library without applying the choice.
   *
   * @param setByUserOrNull value of {@link #PROPERTY}; null if it is not set
   * @param onClassPath whether a library with a given extension is on the class path; the plain one
   *     has an empty extension
   */
  static Nd4jCpuLibrary choice(
      String setByUserOrNull, CpuFeatures cpu, Predicate<String> onClassPath) {
    if (setByUserOrNull != null) {
      return new Nd4jCpuLibrary(setByUserOrNull, "as " + PROPERTY + " says");
    }
    List<Build> present =
        SPECIAL_BUILDS.stream().filter(build -> onClassPath.test(build.extension)).toList();
    if (present.isEmpty()) {
      return new Nd4jCpuLibrary("", "neither avx512 nor avx2 is on the class path");
    }
    List<String> unfit = new ArrayList<>();
    for (Build build : present) {
      List<String> missing = cpu.missing(build.needs);
      if (missing.isEmpty()) {
        unfit.add(0, "the CPU has " + String.join(", ", build.needs));
        return new Nd4jCpuLibrary(build.extension, String.join("; ", unfit));
      }
      unfit.add(words(build.extension) + " needs " + String.join(", ", missing));
    }
    if (!onClassPath.test("")) {
      unfit.add("plain is not on the class path");
      return new Nd4jCpuLibrary("", String.join("; ", unfit));
    }
    return new Nd4jCpuLibrary(PLAIN, String.join("; ", unfit));
  }

  private static boolean isOnClassPath(String directory) {
    String folder = "org/nd4j/linalg/cpu/nativecpu/bindings/" + directory + "/";
    ClassLoader loader = Nd4jCpuLibrary.class.getClassLoader();
    return loader.getResource(folder + System.mapLibraryName("jnind4jcpu")) != null;
  }

  private static String words(String extension) {
    return switch (extension) {
      case "" -> "JavaCPP's choice";
      case PLAIN -> "plain";
      default -> extension.substring(1);
    };
  }

  @Override
  public String toString() {
    return "ND4J's CPU library: " + words(extension) + " (" + reason + ")";
  }
}
