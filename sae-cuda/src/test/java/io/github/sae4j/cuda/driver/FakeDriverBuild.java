package io.github.sae4j.cuda.driver;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Builds the driver for tests with g++ into {@code sae-cuda/target}, once for the same sources:
 * their digest is part of the path.
 */
final class FakeDriverBuild {
  private static final String NAME = "libcuda_emu.so";
  private static final int SECONDS = 300;

  /** This machine cannot build it. */
  static final class Unavailable extends Exception {
    Unavailable(String why) {
      super(why);
    }
  }

  private FakeDriverBuild() {}

  static synchronized Path library() throws Unavailable, IOException, InterruptedException {
    requirePlatform();
    Path module = module();
    List<Path> sources = sources(module);
    List<String> command = command(module, sources);
    Path library = module.resolve("target/fake-driver/" + digest(command, module) + "/" + NAME);
    if (!Files.exists(library)) {
      build(command, Files.createDirectories(library.getParent()), library);
    }
    return library;
  }

  private static void requirePlatform() throws Unavailable {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!system.equals("Linux amd64")) {
      throw new Unavailable("it needs Linux on x86-64, not " + system);
    }
    boolean found =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "g++")));
    if (!found) {
      throw new Unavailable("g++ is not installed");
    }
  }

  /** The directory of sae-cuda, whichever module is tested. */
  private static Path module() throws Unavailable {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      for (Path module : List.of(at, at.resolve("sae-cuda"))) {
        if (Files.isDirectory(module.resolve("src/test/cuda/driver"))) {
          return module;
        }
      }
    }
    throw new Unavailable("the sources of sae-cuda are not here");
  }

  /** The driver, the emulator, and all kernels. */
  private static List<Path> sources(Path module) throws IOException {
    List<Path> sources = new ArrayList<>(files(module.resolve("src/test/cuda/driver"), ".cpp"));
    sources.add(module.resolve("src/test/cuda/emu/cuda_emu.cpp"));
    sources.addAll(files(module.resolve("src/main/cuda"), ".cu"));
    return sources;
  }

  private static List<Path> files(Path directory, String end) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(file -> file.toString().endsWith(end)).sorted().toList();
    }
  }

  private static List<String> command(Path module, List<Path> sources) {
    List<String> command =
        new ArrayList<>(
            List.of("g++", "-std=c++20", "-O2", "-ffp-contract=off", "-mfma", "-shared", "-fPIC"));
    command.add("-DSAE_EMULATE");
    command.add("-I" + module.resolve("src/test/cuda/emu"));
    command.addAll(List.of("-x", "c++"));
    sources.forEach(source -> command.add(source.toString()));
    return command;
  }

  private static String digest(List<String> command, Path module) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    digest.update(String.join(" ", command).getBytes(StandardCharsets.UTF_8));
    for (String directory : List.of("src/test/cuda", "src/main/cuda")) {
      for (Path file : files(module.resolve(directory), "")) {
        if (Files.isRegularFile(file)) {
          digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  private static void build(List<String> command, Path directory, Path library)
      throws IOException, InterruptedException {
    Path made = Files.createTempFile(directory, "made", ".so");
    Path log = Files.createTempFile(directory, "g++", ".log");
    try {
      List<String> whole = new ArrayList<>(command);
      whole.addAll(List.of("-o", made.toString()));
      Process process =
          new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(log.toFile()).start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("g++ took more than " + SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            String.format(Locale.ROOT, "g++ failed: %s%n%s", whole, Files.readString(log)));
      }
      Files.move(made, library, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(made);
      Files.deleteIfExists(log);
    }
  }
}
