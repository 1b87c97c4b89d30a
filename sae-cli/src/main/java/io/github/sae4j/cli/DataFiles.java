package io.github.sae4j.cli;

import io.github.sae4j.store.ActivationSources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The values of {@code --data}: one path, the files that a shell expanded from a pattern, or parts
 * {@code NAME=DUMP}.
 *
 * @param values values as given, at least one
 */
record DataFiles(List<String> values) {
  private static final Pattern PART = Pattern.compile("([^=/\\\\]+)=(.+)");

  DataFiles {
    values = List.copyOf(values);
  }

  static DataFiles of(Path path) {
    return new DataFiles(List.of(path.toString()));
  }

  /**
   * Returns whether the values name parts; an existing file whose name looks like a part is a file.
   */
  boolean areParts() {
    return values.stream().anyMatch(DataFiles::isPart);
  }

  /** Returns the path of the rows; several files are combined, in the order of a pattern. */
  Path path() {
    return values.size() == 1
        ? Path.of(values.get(0))
        : ActivationSources.several(values.stream().map(Path::of).toList());
  }

  private static boolean isPart(String value) {
    return part(value).matches() && !Files.exists(Path.of(value));
  }

  /** Splits a value into name and dump. */
  static Matcher part(String value) {
    return PART.matcher(value);
  }

  /**
   * Consumes all values up to the next option. Parts accumulate; otherwise the last {@code --data}
   * counts.
   */
  static final class Reader implements IParameterConsumer {
    @Override
    @SuppressWarnings("JdkObsolete") // picocli's default
    public void consumeParameters(Stack<String> words, ArgSpec option, CommandSpec command) {
      List<String> values = new ArrayList<>();
      while (!words.isEmpty() && !(words.peek().length() > 1 && words.peek().startsWith("-"))) {
        values.add(words.pop());
      }
      if (values.isEmpty() || values.contains("")) {
        throw new ParameterException(
            command.commandLine(), ((OptionSpec) option).longestName() + " needs a path");
      }
      DataFiles before = option.getValue();
      DataFiles now = new DataFiles(values);
      if (before != null && before.areParts() && now.areParts()) {
        values.addAll(0, before.values());
        now = new DataFiles(values);
      }
      option.setValue(now);
    }
  }
}
