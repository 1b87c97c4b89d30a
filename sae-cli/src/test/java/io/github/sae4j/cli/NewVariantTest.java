package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.FloatTensor;
import io.github.sae4j.format.SafetensorsWriter;
import io.github.sae4j.variant.VariantDescription;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Adds a variant as CONTRIBUTING.md says, to copies of the files that it names, and uses it as any
 * other: in processes whose class path has these files' classes before everything else.
 */
class NewVariantTest {
  private static final Path ROOT = Path.of("..");
  private static final String CORE = "sae-core/src/main/java/io/github/sae4j/variant/";
  private static final String COMMAND = "sae-cli/src/main/java/io/github/sae4j/cli/";

  private static final int ROWS = 2000;

  @TempDir Path directory;
  private Path classes;

  @BeforeEach
  void makeDirectories() throws IOException {
    classes = Files.createDirectory(directory.resolve("classes"));
  }

  /** The files that the section of CONTRIBUTING.md says a variant touches, and their new texts. */
  private static Map<String, String> touched() throws IOException {
    Map<String, String> files = new TreeMap<>();
    files.put(
        CORE + "Toy.java", Files.readString(Path.of("src/test/resources/toy-variant/Toy.java")));
    files.put(CORE + "Variant.java", changed(CORE + "Variant.java", "(?<=\\bpermits )", "Toy, "));
    files.put(
        COMMAND + "VariantKind.java",
        changed(
            COMMAND + "VariantKind.java",
            "(?<=\\benum VariantKind \\{\n)",
            """
              TOY("--lambda", "--target-l0") {
                @Override
                Variant make(SparsityOptions o, DictionaryShape shape) {
                  return new io.github.sae4j.variant.Toy(o.lambda(.1));
                }
              },
            """));
    return files;
  }

  private static String changed(String file, String place, String added) throws IOException {
    String text = Files.readString(ROOT.resolve(file));
    String changed = text.replaceFirst(place, Matcher.quoteReplacement(added));
    assertFalse(text.equals(changed), file + " has no place for a new variant");
    return changed;
  }

  /** What the compiler says; nothing where all is well. */
  private String compile(Map<String, String> files) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path source = directory.resolve("src").resolve(file.getKey());
      Files.createDirectories(source.getParent());
      sources.add(Files.writeString(source, file.getValue()));
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-implicit:none",
              "-cp",
              System.getProperty("java.class.path"),
              "-d",
              classes.toString());
      boolean compiles =
          compiler
              .getTask(
                  said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(sources))
              .call();
      assertEquals(compiles, said.toString().isEmpty(), said.toString());
    }
    return said.toString();
  }

  @Test
  void theCommandAndTheLibraryKnowTheSameVariants() {
    assertEquals(
        VariantDescription.names(),
        Arrays.stream(VariantKind.values()).map(Object::toString).sorted().toList());
  }

  /** The guide names each file, so that whoever follows it has the build that is tested here. */
  @Test
  void theGuideNamesWhatIsTouched() throws IOException {
    String guide =
        Files.readString(ROOT.resolve("CONTRIBUTING.md"))
            .split("\n## A variant\n", -1)[1]
            .split("\n## ", -1)[0];
    for (String file : touched().keySet()) {
      String name = file.substring(file.lastIndexOf('/') + 1);
      assertTrue(name.equals("Toy.java") || guide.contains(name), name);
    }
  }

  @Test
  void trainsAndIsSavedEvaluatedAndResumed() throws Exception {
    assertEquals("", compile(touched()));
    Path rows = directory.resolve("rows.safetensors");
    FloatTensor values = FloatTensor.of((from, to, at, n) -> random(from, to, at, n), ROWS, 16);
    new SafetensorsWriter().floats("rows", values).write(rows);
    Path run = directory.resolve("run");
    String[] train = {
      "train",
      "--data",
      rows.toString(),
      "--out",
      run.toString(),
      "--variant",
      "toy",
      "--latents",
      "24",
      "--batch",
      "64",
      "--epochs",
      "2",
      "--target-l0",
      "4",
      "--checkpoint-every",
      "20"
    };
    String trained = sae(train);
    assertTrue(trained.contains("toy to L0 = 4"), trained);
    String[] resumed =
        Stream.concat(Stream.of(train), Stream.of("--resume")).toArray(String[]::new);
    String config = Files.readString(run.resolve("sae/cfg.json"));
    assertTrue(config.contains("\"standard\"") && config.contains("\"toy\""), config);
    assertTrue(sae("eval", "--sae", run.toString(), "--data", rows.toString()).contains("FVU"));
    String again = sae(resumed);
    assertTrue(again.contains("trained on"), again);
  }

  private static void random(long from, float[] to, int at, int n) {
    for (int i = 0; i < n; i++) {
      to[at + i] = (float) new SplittableRandom(from + i).nextDouble();
    }
  }

  /** {@code sae} in a process of its own, which must succeed; all that it said. */
  private String sae(String... arguments) throws Exception {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"),
                Sae.class.getName()));
    words.addAll(List.of(arguments));
    Path log = Files.createTempFile(directory, "log", ".txt");
    Process process =
        new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int exitCode = process.waitFor();
    String said = Files.readString(log);
    assertEquals(0, exitCode, said);
    return said;
  }

  /** Every method that a variant must have is missed by the compiler. */
  @Test
  void aForgottenCaseDoesNotCompile() throws Exception {
    Map<String, String> files = touched();
    files.remove(COMMAND + "VariantKind.java");
    String[] parts = files.get(CORE + "Toy.java").split("(?=\n  @Override\n)");
    assertTrue(parts.length > 10, "methods: " + parts.length);
    for (int i = 1; i < parts.length; i++) {
      String forgotten = parts[i];
      int end = forgotten.indexOf("\n  }\n") + "\n  }\n".length();
      String[] without = parts.clone();
      without[i] = forgotten.substring(end);
      files.put(CORE + "Toy.java", String.join("", without));
      String said = compile(files);
      assertTrue(said.contains("is not abstract and does not override"), forgotten + said);
    }
  }
}
