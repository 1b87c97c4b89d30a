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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Builds the driver for tests with g++ into {@code sae-cuda/target}, each file once for the same
 * sources: their digest is its name.
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
    Path target = Files.createDirectories(module.resolve("target/fake-driver"));
    List<String> compile = compiler(module);
    String headers = digest(String.join(" ", compile), headers(module));
    List<Path> objects = new ArrayList<>();
    Map<Path, List<String>> missing = new LinkedHashMap<>();
    for (Path source : sources(module)) {
      Path object = target.resolve(digest(headers + source, List.of(source)) + ".o");
      objects.add(object);
      if (!Files.exists(object)) {
        List<String> command = new ArrayList<>(compile);
        command.addAll(List.of("-c", "-x", "c++", source.toString()));
        missing.put(object, command);
      }
    }
    makeAll(missing);
    Path directory = target.resolve(digest(objects.toString(), List.of()));
    Path library = Files.createDirectories(directory).resolve(NAME);
    if (!Files.exists(library)) {
      List<String> link = new ArrayList<>(List.of("g++", "-shared"));
      objects.forEach(object -> link.add(object.toString()));
      make(link, library);
    }
    return library;
  }

  private static void makeAll(Map<Path, List<String>> commands)
      throws IOException, InterruptedException {
    ExecutorService workers =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<?>> made = new ArrayList<>();
      commands.forEach(
          (file, command) ->
              made.add(
                  workers.submit(
                      () -> {
                        make(command, file);
                        return null;
                      })));
      for (Future<?> each : made) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    } finally {
      workers.shutdown();
    }
  }

  private static void requirePlatform() throws Unavailable, IOException {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!system.equals("Linux amd64")) {
      throw new Unavailable("it needs Linux on x86-64, not " + system);
    }
    if (!Files.readString(Path.of("/proc/cpuinfo")).contains(" fma ")) {
      throw new Unavailable("the CPU has no fused multiply-add");
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

  private static List<Path> headers(Path module) throws IOException {
    List<Path> headers = new ArrayList<>();
    for (String directory : List.of("src/test/cuda", "src/main/cuda")) {
      headers.addAll(files(module.resolve(directory), ".h"));
      headers.addAll(files(module.resolve(directory), ".cuh"));
      headers.addAll(files(module.resolve(directory), ".inc"));
    }
    return headers;
  }

  private static List<String> compiler(Path module) {
    return List.of(
        "g++",
        "-std=c++20",
        "-O2",
        "-ffp-contract=off",
        "-mfma",
        "-fPIC",
        "-DSAE_EMULATE",
        "-I" + module.resolve("src/test/cuda/emu"),
        "-I" + module.resolve("src/main/cuda"));
  }

  private static String digest(String text, List<Path> files) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(text.getBytes(StandardCharsets.UTF_8));
      for (Path file : files) {
        digest.update(file.toString().getBytes(StandardCharsets.UTF_8));
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs g++; the file gets its name when it is complete. */
  private static void make(List<String> command, Path file)
      throws IOException, InterruptedException {
    Path made = Files.createTempFile(file.getParent(), "made", ".tmp");
    Path log = Files.createTempFile(file.getParent(), "g++", ".log");
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
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(made);
      Files.deleteIfExists(log);
    }
  }
}
