package io.github.sae4j.cli;

import io.github.sae4j.format.OutputTarget;
import io.github.sae4j.format.OutputTarget.Kind;
import io.github.sae4j.format.Temporaries;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Checks a command's outputs before it computes: an output must not be an input, must be of the
 * right kind, and must be writable.
 */
final class Outputs {
  /** Denotes standard output. */
  static final Path STDOUT = Path.of("-");

  private static final Set<String> FILES = Set.of("--json", "--per-text", "--log-file", "--save");
  private static final String OUT = "--out";
  private static final String TRUTH = "--truth";

  /** Files that commands read when given a directory. */
  private static final Pattern READ =
      Pattern.compile(
          "(manifest|cfg|config|state|hyperparams|tokenizer|grid|quickstart|dataset_info)\\.json"
              + "|.*\\.(safetensors|npy|npz|pt|pth|bin|arrow|raw|jsonl|ndjson|txt|onnx|onnx_data)");

  private final ParseResult command;
  private final List<Input> inputs = new ArrayList<>();

  private record Input(String option, Path path) {}

  private record Output(String option, OutputTarget target) {}

  private Outputs(ParseResult command) {
    this.command = command;
  }

  /**
   * Checks the outputs of a parsed command.
   *
   * @throws IllegalArgumentException if an output is invalid; the message names the option
   * @throws IOException if one cannot be written
   */
  static void check(ParseResult command) throws IOException {
    new Outputs(command).check();
  }

  private void check() throws IOException {
    List<Output> outputs = new ArrayList<>();
    for (OptionSpec option : options()) {
      String name = option.longestName();
      if (!(option.getValue() instanceof Path path) || !isOutput(name)) {
        paths(option).forEach(each -> inputs.add(new Input(name, each)));
      } else if (!path.equals(STDOUT)) {
        outputs.add(new Output(name, OutputTarget.of(path)));
      } else if (!name.equals("--json")) {
        throw new IllegalArgumentException(
            name + " cannot be standard output; for a file named '-', write ./-");
      }
    }
    for (Output output : outputs) {
      requireDistinct(output, outputs);
      requireNoInput(output);
      requireWritable(output);
      if (FILES.contains(output.option()) && output.target().kind() != Kind.STREAM) {
        Temporaries.removeLeftovers(output.target().path());
      }
    }
  }

  /** Returns the options; those of a group have a value only if given. */
  private List<OptionSpec> options() {
    return command.commandSpec().options().stream()
        .filter(option -> option.group() == null || command.hasMatchedOption(option))
        .toList();
  }

  private static boolean isOutput(String option) {
    return option.equals(OUT) || FILES.contains(option);
  }

  /** Returns the paths given by an option. */
  private static List<Path> paths(OptionSpec option) {
    Object value = option.getValue();
    List<Path> paths = new ArrayList<>();
    for (Object each : value instanceof Collection<?> many ? many : Arrays.asList(value)) {
      if (each instanceof Path path) {
        paths.add(path);
      } else if (each instanceof DataFiles data) {
        data.values().forEach(text -> addRows(text, paths));
      } else if (each instanceof String text && option.longestName().equals(TRUTH)) {
        paths.add(FileTensor.parse(text).file());
      }
    }
    return paths;
  }

  /** Adds the paths of a value: a path, a list of paths, or a named part. */
  private static void addRows(String text, List<Path> paths) {
    String unnamed = text.substring(text.indexOf('=') + 1);
    for (String piece : (text + "," + unnamed).split(",", -1)) {
      if (!piece.isEmpty()) {
        paths.add(Path.of(piece));
      }
    }
  }

  private static void requireDistinct(Output output, List<Output> all) {
    for (Output other : all) {
      if (!other.option().equals(output.option())
          && other.target().path().equals(output.target().path())) {
        throw new IllegalArgumentException(
            "%s and %s name the same path, %s"
                .formatted(output.option(), other.option(), output.target().named()));
      }
    }
  }

  private void requireNoInput(Output output) throws IOException {
    Path path = output.target().path();
    boolean exists = Files.exists(path);
    for (Input input : inputs) {
      if (exists && isRead(path, input.path())) {
        throw new IllegalArgumentException(
            "%s names %s, which %s reads: it would be overwritten; choose another path"
                .formatted(output.option(), output.target().named(), input.option()));
      }
      if (exists && output.option().equals(OUT) && overwrites() && lies(input.path(), path)) {
        throw new IllegalArgumentException(
            "%s, which %s reads, is in %s, which --overwrite replaces; choose another path"
                .formatted(input.path(), input.option(), output.target().named()));
      }
    }
  }

  private boolean overwrites() {
    return command.hasMatchedOption("--overwrite");
  }

  /**
   * Returns whether an existing output is an input, matches a pattern, or is in a directory that is
   * read.
   */
  private static boolean isRead(Path output, Path input) throws IOException {
    if (!Files.exists(input)) {
      String pattern = input.toAbsolutePath().toString();
      return pattern.matches(".*[*?\\[{].*") && matches(pattern, output);
    }
    return Files.isSameFile(output, input)
        || (Files.isRegularFile(output)
            && lies(output, input)
            && READ.matcher(output.getFileName().toString()).matches());
  }

  private static boolean matches(String pattern, Path path) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern).matches(path);
    } catch (IllegalArgumentException e) {
      return false; // opening it will report what is wrong
    }
  }

  /** Returns whether a path is inside an existing directory. */
  private static boolean lies(Path path, Path directory) throws IOException {
    return Files.isDirectory(directory)
        && Files.exists(path)
        && path.toRealPath().startsWith(directory.toRealPath())
        && !Files.isSameFile(path, directory);
  }

  private static void requireWritable(Output output) throws IOException {
    OutputTarget target = output.target();
    boolean file = FILES.contains(output.option());
    if (file && target.kind() == Kind.DIRECTORY) {
      throw new IllegalArgumentException(
          output.option() + " must name a file, but " + target.named() + " is a directory");
    }
    if (target.kind() == Kind.NEW) {
      requireRoomFor(output);
    } else if (target.kind() != Kind.STREAM && !Files.isWritable(target.path())) {
      throw new IllegalArgumentException(
          "%s: %s is not writable".formatted(output.option(), target.named()));
    }
  }

  /** Checks that the missing parent directories of a path, and the path itself, can be created. */
  private static void requireRoomFor(Output output) {
    Path above = output.target().path().getParent();
    while (above != null && !Files.exists(above)) {
      above = above.getParent();
    }
    if (above != null && !(Files.isDirectory(above) && Files.isWritable(above))) {
      throw new IllegalArgumentException(
          "%s: %s cannot be created, because %s %s"
              .formatted(
                  output.option(),
                  output.target().named(),
                  above,
                  Files.isDirectory(above) ? "is not writable" : "is not a directory"));
    }
  }
}
