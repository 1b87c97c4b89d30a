package io.github.sae4j.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.IModelTransformer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * Gives {@code sae sweep} the settings of {@code sae train}, each of which may be a comma-separated
 * list of values.
 */
final class ListedOptions implements IModelTransformer {
  private static final CommandSpec SINGLE = CommandSpec.forAnnotatedObject(new TrainingOptions());

  @Override
  public CommandSpec transform(CommandSpec spec) {
    SINGLE.options().forEach(option -> spec.addOption(listed(option)));
    return spec;
  }

  private static OptionSpec listed(OptionSpec single) {
    String name = single.longestName();
    OptionSpec.Builder copy =
        OptionSpec.builder(single.names())
            .description(single.description())
            .order(single.order())
            .userObject(single.userObject()); // for the section
    if (isFlag(name)) {
      return copy.arity("0").type(boolean.class).build();
    }
    return copy.type(String.class)
        .arity("1")
        .paramLabel(single.paramLabel() + ",...")
        .completionCandidates(single.completionCandidates())
        .build();
  }

  /** Returns whether a training option takes no value. */
  static boolean isFlag(String option) {
    OptionSpec single = SINGLE.findOption(option);
    return single != null && single.arity().max() == 0;
  }

  /** Returns the given values, by the option names of {@code sae train}. */
  static Map<String, List<String>> given(ParseResult parsed) {
    Map<String, List<String>> given = new LinkedHashMap<>();
    for (OptionSpec option : SINGLE.options()) {
      String name = option.longestName();
      if (parsed.hasMatchedOption(name)) {
        String value = parsed.matchedOption(name).<Object>getValue().toString();
        given.put(name, isFlag(name) ? List.of("true") : split(name, value));
      }
    }
    return given;
  }

  private static List<String> split(String option, String values) {
    List<String> parts = Arrays.stream(values.split(",", -1)).map(String::strip).toList();
    if (parts.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException(
          "%s must be a comma-separated list of values, got '%s'".formatted(option, values));
    }
    return parts;
  }
}
