package io.github.sae4j.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.EntryRule;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The sources of the GPU's kernels: what they compute on the emulator, their PTX and their list.
 */
class KernelSourcesTest {
  private static final int CANNOT_RUN = 3;
  private static final int MINUTES = 10;
  private static final Path MODULE = Path.of("").toAbsolutePath();
  private static final Path SOURCES = MODULE.resolve("src/main/cuda");

  /**
   * They compute what plain loops do, in every order of threads and blocks, within their arrays.
   */
  @Test
  void kernelsAreRightOnTheEmulator(@TempDir Path logs) throws Exception {
    Path out = MODULE.resolve("target/kernels-emulated");
    String log = run(logs, "gpu-emulate.sh", "--sanitize", out.toString());
    assertTrue(Pattern.compile("\\d+ cases, .*, 0 failures").matcher(log).find(), log);
    assertTrue(log.contains("0 of 10 faults missed"), log);
    assertTrue(log.contains("found the planted write beyond an array"), log);
    List<String> rules = Files.readAllLines(out.resolve("sanitized/rules.txt"));
    assertEquals(
        Stream.of(EntryRule.values()).map(EntryRule::name).toList(),
        rules.stream().map(line -> line.split(" ", -1)[0]).distinct().toList(),
        "rules have the order of EntryRule");
    rules.forEach(KernelSourcesTest::assertAgrees);
  }

  /**
   * Compares a rule's result with that of Java, whose exp, log, pow and tanh may round otherwise.
   */
  private static void assertAgrees(String line) {
    String[] words = line.split(" ", -1);
    double[] x = Stream.of(words).skip(1).mapToDouble(KernelSourcesTest::number).toArray();
    double java = EntryRule.valueOf(words[0]).of(x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]);
    double kernel = x[8];
    boolean same = Double.compare(java, kernel) == 0 || java == kernel;
    assertTrue(
        same || Math.abs(java - kernel) <= 1e-14 * (1 + Math.abs(java)),
        () -> "EntryRule gives " + java + ", the kernel: " + line);
  }

  private static double number(String word) {
    return switch (word) {
      case "nan", "-nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(word.contains("p") ? word : word + "p0");
    };
  }

  /** The committed PTX is what nvcc makes of the sources, and assembles for every generation. */
  @Test
  void ptxIsThatOfTheSources(@TempDir Path logs) throws Exception {
    String log = run(logs, "gpu-kernels.sh", "--check");
    assertTrue(log.contains("the PTX is what its sources give"), log);
  }

  @Test
  void ptxHasEveryKernelAndItsListNamesThem() throws IOException {
    TreeSet<String> kernels = new TreeSet<>();
    for (Path source : sources()) {
      kernels.addAll(
          matches("(?:SAE_KERNEL\\(|SAE_KERNEL_OF\\(\\w+,\\s*)(\\w+),", Files.readString(source)));
      kernels.addAll(matches("\\n(?:TENSOR_)?PRODUCT\\((\\w+),", Files.readString(source)));
    }
    kernels.remove("name"); // of macros
    kernels.remove("sae4j_probe"); // has PTX of its own
    Path resources = MODULE.resolve("src/main/resources/io/github/sae4j/cuda");
    TreeSet<String> compiled = new TreeSet<>();
    for (String ptx : List.of("kernels.ptx", "tensor.ptx")) {
      String text = Files.readString(resources.resolve(ptx));
      assertTrue(text.contains("\n.version 7.0\n"), ptx + " must suit drivers of CUDA 11.0");
      compiled.addAll(matches("\\.entry (\\w+)\\(", text));
    }
    assertEquals(kernels, compiled);
    TreeSet<String> listed =
        new TreeSet<>(
            matches("\\n\\| `(\\w+)` \\|", Files.readString(SOURCES.resolve("README.md"))));
    assertEquals(kernels, listed, "the list in README.md");
  }

  private static List<Path> sources() throws IOException {
    try (Stream<Path> files = Files.list(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".cu")).sorted().toList();
    }
  }

  private static List<String> matches(String pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  /** Runs a script of the repository; skips the test, with the reason, where it cannot run. */
  private static String run(Path logs, String script, String... arguments) throws Exception {
    File log = logs.resolve("log").toFile();
    List<String> command = new ArrayList<>();
    command.add("bash");
    command.add(MODULE.resolveSibling("scripts").resolve(script).toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException(script + " took more than " + MINUTES + " minutes");
    }
    String text = Files.readString(log.toPath());
    Assumptions.assumeFalse(process.exitValue() == CANNOT_RUN, text.strip());
    assertEquals(0, process.exitValue(), text);
    return text;
  }
}
