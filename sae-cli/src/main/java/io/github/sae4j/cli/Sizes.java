package io.github.sae4j.cli;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.TypeConversionException;

/**
 * Colon-separated sizes in a single value, so the last of a repeated option counts.
 *
 * @param values sizes, each at least 1
 */
record Sizes(List<Integer> values) {

  Sizes {
    values = List.copyOf(values);
  }

  /** Parses {@code 64:128:256}. */
  static Sizes parse(String text) {
    List<Integer> values =
        Arrays.stream(text.split(":", -1)).map(String::strip).map(OptionValues::integer).toList();
    if (values.stream().anyMatch(value -> value < 1)) {
      throw new TypeConversionException("expected positive numbers, got '" + text + "'");
    }
    return new Sizes(values);
  }
}
