package io.github.sae4j.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bytedeco.javacpp.Loader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which build of ND4J's CPU library to load: for AVX-512, for AVX2, or the plain one, whichever is
 * on the class path and fits the CPU. JavaCPP by itself takes the highest that is on the class
 * path, and a CPU without AVX-512 ends the process at its first instruction.
 *
 * @param extension what JavaCPP appends to the platform's name; empty where the choice is JavaCPP's
 * @param reason why, in words
 */
public record Nd4jCpuLibrary(String extension, String reason) {
  /** JavaCPP's system property; set by the user, it is respected. */
  public static final String PROPERTY = "org.bytedeco.javacpp.platform.extension";

  private static final Logger LOG = LoggerFactory.getLogger(Nd4jCpuLibrary.class);

  /** Builds of the library, the fastest first. */
  private static final List<Build> BUILDS =
      List.of(
          new Build("-avx512", List.of("avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd")),
          new Build("-avx2", List.of("avx2", "fma", "f16c")),
          new Build("", List.of()));

  private record Build(String suffix, List<String> needs) {
    /** Nothing is named by a lone dash, which ND4J knows: JavaCPP then takes the plain library. */
    private String extension() {
      return suffix.isEmpty() ? "-" : suffix;
    }

    private String words() {
      return suffix.isEmpty() ? "plain" : suffix.substring(1);
    }
  }

  /** The choice of this process, made when it is first asked for. */
  private static final class Chosen {
    private static final Nd4jCpuLibrary LIBRARY = chooseNow();
  }

  /**
   * Chooses for this machine, tells JavaCPP by {@link #PROPERTY}, and logs the choice. Call it
   * before anything of ND4J is touched: a library that is loaded stays. Later calls return the
   * same.
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
    }
    LOG.info("{}", choice);
    return choice;
  }

  /**
   * The choice alone.
   *
   * @param setByUser value of {@link #PROPERTY}, or null
   * @param onClassPath whether there is a library with this suffix
   */
  static Nd4jCpuLibrary choice(String setByUser, CpuFeatures cpu, Predicate<String> onClassPath) {
    if (setByUser != null) {
      return new Nd4jCpuLibrary(setByUser, "as " + PROPERTY + " says");
    }
    List<String> passedOver = new ArrayList<>();
    for (Build build : BUILDS) {
      List<String> missing = cpu.missing(build.needs);
      if (!onClassPath.test(build.suffix)) {
        passedOver.add(build.words() + " is not on the class path");
      } else if (!missing.isEmpty()) {
        passedOver.add(build.words() + " needs " + String.join(", ", missing));
      } else {
        passedOver.add(0, build.words() + " fits the CPU");
        return new Nd4jCpuLibrary(build.extension(), String.join("; ", passedOver));
      }
    }
    return new Nd4jCpuLibrary("", String.join("; ", passedOver));
  }

  private static boolean isOnClassPath(String directory) {
    String folder = "org/nd4j/linalg/cpu/nativecpu/bindings/" + directory + "/";
    ClassLoader loader = Nd4jCpuLibrary.class.getClassLoader();
    return loader.getResource(folder + System.mapLibraryName("jnind4jcpu")) != null;
  }

  @Override
  public String toString() {
    String name =
        switch (extension) {
          case "" -> "JavaCPP's choice";
          case "-" -> "plain";
          default -> extension.substring(1);
        };
    return "ND4J's CPU library: " + name + " (" + reason + ")";
  }
}
