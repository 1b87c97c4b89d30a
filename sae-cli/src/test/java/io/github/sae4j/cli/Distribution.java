package io.github.sae4j.cli;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/**
 * What {@code mvn package} makes, of the classes that are tested: scripts, and jars beside them.
 *
 * @param root takes the place of the checkout
 */
record Distribution(Path root) {

  /**
   * How a script ended.
   *
   * @param exitCode what it returned
   * @param out what it printed
   * @param err what it printed to the error stream
   */
  record Ended(int exitCode, String out, String err) {}

  /** Makes one. */
  static Distribution in(Path root) throws IOException {
    Path scripts = Files.createDirectories(root.resolve("scripts"));
    for (String name : List.of("sae", "archive.sh", "abuse.sh")) {
      Files.copy(Path.of("..", "scripts", name), scripts.resolve(name));
      scripts.resolve(name).toFile().setExecutable(true);
    }
    Path lib = Files.createDirectories(root.resolve("sae-cli/target/dist/lib"));
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(each).toAbsolutePath();
      if (Files.isDirectory(path) && path.endsWith("target/classes")) {
        String module = path.getParent().getParent().getFileName().toString();
        jar(lib.resolve(module + "-tested.jar"), path);
      } else if (Files.isRegularFile(path)) {
        Files.createSymbolicLink(lib.resolve(path.getFileName()), path);
      }
    }
    return new Distribution(root);
  }

  private static void jar(Path file, Path classes) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
    String[] words = {"--create", "--file", file.toString(), "-C", classes.toString(), "."};
    if (ToolProvider.findFirst("jar").orElseThrow().run(stream, stream, words) != 0) {
      throw new IllegalStateException(said.toString(StandardCharsets.UTF_8));
    }
  }

  /** The archive of classes, if there is one. */
  Path archive() {
    return root.resolve("sae-cli/target/dist/sae.jsa");
  }

  /**
   * Runs a script.
   *
   * @param environment beside that of this process
   */
  Ended run(String script, Map<String, String> environment, Object... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", "" + root.resolve("scripts/" + script)));
    for (Object word : words) {
      command.add(word.toString());
    }
    Path out = Files.createTempFile(root, "run", ".out");
    Path err = Files.createTempFile(root, "run", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    List.of("SAE_JAVA_OPTS", "JAVA_TOOL_OPTIONS", "SAE_HEAP_MB")
        .forEach(builder.environment()::remove);
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroy();
      throw new IllegalStateException(script + " does not end");
    }
    return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
