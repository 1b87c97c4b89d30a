package io.github.sae4j.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java in README.md and docs/library.md, as printed there: README's imports and each program's
 * own, then each program as the body of a method, compiled and run one after the other in an empty
 * directory. {@link ReadmeInputs} provides what a program assumes (rows, an iterator, a file). The
 * recipes of docs/dl4j.md are only compiled.
 */
class ReadmeTest {
  private static final List<Path> DOCUMENTS =
      List.of(Path.of("..", "README.md"), Path.of("..", "docs", "library.md"));
  private static final Path DL4J = Path.of("..", "docs", "dl4j.md");
  private static final int MOST_LINES = 11;
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\n(.*?)^```$");

  /** Imports and variables that the recipes in docs/dl4j.md assume. */
  private static final String RECIPE_CLASS =
      """
      import io.github.sae4j.*;
      import io.github.sae4j.checkpoint.*;
      import io.github.sae4j.keras.*;
      import io.github.sae4j.layer.*;
      import io.github.sae4j.network.*;
      import io.github.sae4j.splice.*;
      import io.github.sae4j.ui.*;
      import io.github.sae4j.variant.*;
      import java.nio.file.Path;
      import java.util.*;
      import org.deeplearning4j.core.storage.StatsStorageRouter;
      import org.deeplearning4j.earlystopping.*;
      import org.deeplearning4j.earlystopping.saver.*;
      import org.deeplearning4j.earlystopping.termination.*;
      import org.deeplearning4j.nn.graph.*;
      import org.deeplearning4j.nn.modelimport.keras.*;
      import org.deeplearning4j.nn.multilayer.*;
      import org.nd4j.linalg.dataset.api.iterator.*;
      class Programs {
        MultiLayerNetwork net;
        ComputationGraph graph;
        DataSetIterator iterator, train, test, validation;
        StatsStorageRouter storage;
        SparseAutoencoder sae;
        List<String> classNames;
        Path folder, dump;
        int epochs;
      """;

  @TempDir Path directory;

  @Test
  void programsCompileAndRun() throws Exception {
    List<String> blocks = new ArrayList<>();
    for (Path document : DOCUMENTS) {
      blocks.addAll(blocks(document));
    }
    List<String> programs = blocks.subList(1, blocks.size());
    assertEquals(6, programs.size(), "programs in README.md and docs/library.md");
    for (String program : programs) {
      long lines = body(program).lines().filter(line -> !line.isBlank()).count();
      assertTrue(lines <= MOST_LINES, "more than ten lines or so:\n" + program);
    }
    compile(source(blocks.get(0), programs));
    String output = run();
    assertEquals(5, count("latent \\d+ is at [0-9.]+\n", output), output);
    assertTrue(count("step \\d+: FVU 0?\\.?[0-9.E-]+\n", output) > 1, output);
    assertTrue(output.endsWith("done\nall programs ran\n"), output);
  }

  @Test
  void recipesForNetworksCompile() throws Exception {
    List<String> recipes = blocks(DL4J);
    assertEquals(9, recipes.size(), "recipes in docs/dl4j.md");
    StringBuilder code = new StringBuilder(RECIPE_CLASS);
    for (int i = 0; i < recipes.size(); i++) {
      // some are an expression, which may end with a comment
      boolean whole = recipes.get(i).matches("(?s).*;\\s*(//[^\n]*)?\n");
      code.append("  void recipe%d() throws Exception {\n".formatted(i));
      code.append(recipes.get(i)).append(whole ? "" : ";\n").append("  }\n");
    }
    compile(code.append("}\n").toString());
  }

  private static List<String> blocks(Path document) throws IOException {
    String text = Files.readString(document);
    return BLOCK.matcher(text).results().map(result -> result.group(1)).toList();
  }

  /** Returns a class with a main method and one method per program, in document order. */
  private static String source(String imports, List<String> programs) {
    StringBuilder code = new StringBuilder(imports);
    programs.forEach(program -> code.append(imports(program)));
    code.append("class Programs extends io.github.sae4j.api.ReadmeInputs {\n");
    StringBuilder main =
        new StringBuilder("  public static void main(String[] args) throws Exception {\n");
    main.append("    prepare();\n");
    for (int i = 0; i < programs.size(); i++) {
      code.append("  static void program%d() throws Exception {\n".formatted(i));
      code.append(body(programs.get(i))).append("  }\n");
      main.append("    program%d();\n".formatted(i));
    }
    return code.append(main)
        .append("    System.out.println(\"all programs ran\");\n  }\n}\n")
        .toString();
  }

  /** The imports that a program begins with, beside those that all have. */
  private static String imports(String program) {
    return program.lines().filter(ReadmeTest::isImport).collect(Collectors.joining("\n", "", "\n"));
  }

  private static String body(String program) {
    return program
        .lines()
        .filter(line -> !isImport(line))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static boolean isImport(String line) {
    return line.startsWith("import ");
  }

  private void compile(String source) throws IOException {
    Path file = directory.resolve("Programs.java");
    Files.writeString(file, source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertNotNull(compiler, "tests need a JDK");
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of("-classpath", classPath(), "-d", directory.toString(), "-proc:none", "-Xlint:all");
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(messages, files, null, options, null, files.getJavaFileObjects(file))
              .call();
      assertTrue(compiled, messages + "\n" + source);
    }
  }

  private String run() throws Exception {
    Path work = Files.createDirectory(directory.resolve("work"));
    Path output = directory.resolve("output.txt");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-cp", directory + ":" + classPath(), "Programs"));
    Process process =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES), "the programs do not end");
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    assertEquals(0, process.exitValue(), text);
    return text;
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static int count(String pattern, String text) {
    List<MatchResult> found = Pattern.compile(pattern).matcher(text).results().toList();
    return found.size();
  }
}
