package io.github.sae4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.YieldTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No method of the main code returns null, as CONTRIBUTING.md says under "Absent values". */
class AbsentValuesTest {
  private static final Path ROOT = Path.of("..");

  /** Methods of other libraries' interfaces, which say that null is for none. */
  private static final Set<String> ASKED_FOR =
      Set.of(
          "ActivityRegularization.getPreProcessorForInputType",
          "SaeLayer.getPreProcessorForInputType",
          "ScriptEscapes.getEscapeSequence");

  @TempDir private Path directory;

  /** The parameters that may be null and are not named so, as {@code Class.method(name)}. */
  private static Set<String> misnamed(List<Path> files) throws IOException {
    return scanned(files).misnamed;
  }

  /** The methods of some files that return a literal null, as {@code Class.method}. */
  private static Set<String> returningNull(List<Path> files) throws IOException {
    return scanned(files).found;
  }

  private static Returns scanned(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  manager,
                  null,
                  List.of("-proc:none"),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      Returns returns = new Returns(DocTrees.instance(task));
      for (CompilationUnitTree unit : task.parse()) {
        returns.scan(unit, null);
      }
      return returns;
    }
  }

  /** Collects methods; what lambdas return is their interface's business, such as Void. */
  private static final class Returns extends TreePathScanner<Void, String> {
    private static final Pattern MAY_BE_NULL =
        Pattern.compile("@param (\\w+)(?<!OrNull)\\s(?:[^@]|\\{@)*\\bnull\\b");

    private final DocTrees documents;
    private final Set<String> found = new TreeSet<>();
    private final Set<String> misnamed = new TreeSet<>();
    private String type = "";

    Returns(DocTrees documents) {
      this.documents = documents;
    }

    @Override
    public Void visitClass(ClassTree tree, String method) {
      String outer = type;
      type = tree.getSimpleName().toString();
      super.visitClass(tree, null);
      type = outer;
      return null;
    }

    @Override
    public Void visitMethod(MethodTree tree, String method) {
      String name = type + "." + tree.getName();
      String document = documents.getDocComment(getCurrentPath());
      MAY_BE_NULL
          .matcher(document == null ? "" : document)
          .results()
          .forEach(parameter -> misnamed.add(name + "(" + parameter.group(1) + ")"));
      return super.visitMethod(tree, name);
    }

    @Override
    public Void visitLambdaExpression(LambdaExpressionTree tree, String method) {
      return super.visitLambdaExpression(tree, null);
    }

    @Override
    public Void visitReturn(ReturnTree tree, String method) {
      if (method != null && mayBeNull(tree.getExpression())) {
        found.add(method);
      }
      return super.visitReturn(tree, method);
    }

    private static boolean mayBeNull(Tree value) {
      if (value instanceof ParenthesizedTree inner) {
        return mayBeNull(inner.getExpression());
      }
      if (value instanceof ConditionalExpressionTree choice) {
        return mayBeNull(choice.getTrueExpression()) || mayBeNull(choice.getFalseExpression());
      }
      if (value instanceof SwitchExpressionTree choice) {
        return choice.getCases().stream()
            .anyMatch(
                each ->
                    each.getBody() instanceof ExpressionTree
                        ? mayBeNull(each.getBody())
                        : yields(each));
      }
      if (value instanceof MethodInvocationTree call) {
        return call.getMethodSelect().toString().endsWith(".orElse")
            && mayBeNull(call.getArguments().get(0));
      }
      return value != null && value.getKind() == Tree.Kind.NULL_LITERAL;
    }

    private static boolean yields(Tree block) {
      List<Tree> values = new ArrayList<>();
      new com.sun.source.util.TreeScanner<Void, Void>() {
        @Override
        public Void visitYield(YieldTree tree, Void none) {
          values.add(tree.getValue());
          return super.visitYield(tree, null);
        }
      }.scan(block, null);
      return values.stream().anyMatch(Returns::mayBeNull);
    }
  }

  @Test
  void noMethodReturnsNull() throws IOException {
    assertEquals(ASKED_FOR, returningNull(files()));
  }

  @Test
  void parametersThatMayBeNullAreNamedSo() throws IOException {
    assertEquals(Set.of(), misnamed(files()));
  }

  private static List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path sources : modules.map(each -> each.resolve("src/main/java")).toList()) {
        if (Files.isDirectory(sources)) {
          try (Stream<Path> below = Files.walk(sources)) {
            below.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
          }
        }
      }
    }
    assertTrue(files.size() > 400, "only " + files.size() + " files");
    return files;
  }

  @Test
  void findsEveryWayToReturnNull() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("Sample.java"),
            """
            class Sample {
              Object plain() { return null; }
              Object choice(boolean b) { return b ? "" : (null); }
              Object byCase(int i) { return switch (i) { case 1 -> "" ; default -> null; }; }
              Object byYield(int i) { return switch (i) { case 1 -> { yield null; } default -> ""; }; }
              Object unpacked() { return java.util.Optional.empty().orElse(null); }
              Object inner() { return new Object() { Object own() { return null; } }; }
              java.util.function.Supplier<Void> lambda() { return () -> { return null; }; }
              /**
               * @param x {@code [rows]}; null for none
               * @param yOrNull null for none
               */
              Object sound(Object x, Object yOrNull) { return x == null ? "" : call(null); }
            }
            """);
    assertEquals(
        Set.of(
            ".own",
            "Sample.byCase",
            "Sample.byYield",
            "Sample.choice",
            "Sample.plain",
            "Sample.unpacked"),
        returningNull(List.of(file)));
    assertEquals(Set.of("Sample.sound(x)"), misnamed(List.of(file)));
  }
}
