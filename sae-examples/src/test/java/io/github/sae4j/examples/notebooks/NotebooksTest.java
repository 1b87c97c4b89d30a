package io.github.sae4j.examples.notebooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The committed notebooks compile against today's API and show the outputs of a whole, successful
 * execution. {@code scripts/notebooks.sh} runs them.
 */
class NotebooksTest {
  private static final Path DIRECTORY = Path.of("notebooks");

  /** What the kernel gives the cells. */
  private static final String KERNEL =
      """
      package org.rapaio.jupyter.kernel.global;
      public final class Global {
        public static String display(Object value) { return ""; }
        public static String display(String type, Object value) { return ""; }
      }
      """;

  /** A slash that begins a path of at least two names, and neither ends a tag nor divides names. */
  private static final Pattern ABSOLUTE_PATH =
      Pattern.compile("(?<![\\w<./])/(?!/)[\\w.-]+/[\\w.-]");

  @TempDir Path classes;

  static List<Path> notebooks() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files.filter(file -> file.toString().endsWith(".ipynb")).sorted().toList();
    }
  }

  private static List<JsonNode> cells(Path notebook) throws IOException {
    List<JsonNode> cells = new ArrayList<>();
    new ObjectMapper().readTree(notebook.toFile()).get("cells").forEach(cells::add);
    assertFalse(cells.isEmpty());
    return cells;
  }

  private static List<JsonNode> code(Path notebook) throws IOException {
    return cells(notebook).stream()
        .filter(cell -> cell.get("cell_type").asText().equals("code"))
        .toList();
  }

  private static String source(JsonNode cell) {
    StringBuilder text = new StringBuilder();
    cell.get("source").forEach(line -> text.append(line.asText()));
    return text.append('\n').toString();
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void cellsCompile(Path notebook) throws IOException {
    StringBuilder imports = new StringBuilder();
    StringBuilder body = new StringBuilder();
    for (JsonNode cell : code(notebook)) {
      source(cell)
          .lines()
          .forEach(line -> (line.startsWith("import ") ? imports : body).append(line).append('\n'));
      body.append(";\n"); // a last expression, which Jupyter shows, has none
    }
    String whole =
        imports + "class Cells { static void run() throws Exception {\n" + body + "\n} }\n";
    StringWriter messages = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean done =
          compiler
              .getTask(
                  messages,
                  files,
                  null,
                  List.of("-proc:none", "-d", classes.toString()),
                  null,
                  List.of(
                      unit("org/rapaio/jupyter/kernel/global/Global", KERNEL),
                      unit("Cells", whole)))
              .call();
      assertTrue(done, () -> notebook + " does not compile:\n" + messages);
    }
  }

  private static JavaFileObject unit(String name, String text) {
    return new SimpleJavaFileObject(
        URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  @ParameterizedTest
  @MethodSource("notebooks")
  void outputsAreThoseOfAWholeRun(Path notebook) throws IOException {
    int expected = 0;
    int outputs = 0;
    for (JsonNode cell : code(notebook)) {
      assertEquals(++expected, cell.get("execution_count").asInt(), "cells ran in order");
      for (JsonNode output : cell.get("outputs")) {
        outputs++;
        assertFalse(output.get("output_type").asText().equals("error"));
        assertFalse(
            ABSOLUTE_PATH.matcher(withoutPictures(output)).find(),
            "an output names a directory of some machine");
      }
    }
    assertTrue(outputs >= 4, "only " + outputs + " outputs");
  }

  /** Base64 has slashes of its own. */
  private static String withoutPictures(JsonNode output) {
    ObjectNode copy = output.deepCopy();
    if (copy.get("data") instanceof ObjectNode data) {
      data.remove("image/png");
    }
    return copy.toString();
  }

  @Test
  void findsAbsolutePaths() {
    for (String path : List.of("\"/home/a/b\"", "in /tmp/x", "file:/root/y", "(/srv/data/z)")) {
      assertTrue(ABSOLUTE_PATH.matcher(path).find(), path);
    }
    for (String other : List.of("</span></div>", "a/b/c", "4/5", "rows/s", "../../docs/x.md")) {
      assertFalse(ABSOLUTE_PATH.matcher(other).find(), other);
    }
  }

  @Test
  void theyAreNumberedAndTheirLinksLead() throws IOException {
    List<String> numbers = new ArrayList<>();
    for (Path notebook : notebooks()) {
      numbers.add(notebook.getFileName().toString().substring(0, 2));
      assertEquals(numbers.size() + "-", numbers.get(numbers.size() - 1));
      for (JsonNode cell : cells(notebook)) {
        Matcher link = Pattern.compile("\\]\\(([^)#:]+)\\)").matcher(source(cell));
        while (cell.get("cell_type").asText().equals("markdown") && link.find()) {
          assertTrue(Files.exists(DIRECTORY.resolve(link.group(1))), link.group(1));
        }
      }
    }
  }
}
