package io.github.sae4j.cli;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.OptionSpec;

/** Checks the values of numeric options against {@link Within}. */
final class OptionRange {

  private OptionRange() {}

  /** Returns a sentence saying what is wrong with the option's value; nothing if it is valid. */
  static Optional<String> fault(OptionSpec option) {
    if (!(option.getValue() instanceof Number value)
        || !(option.userObject() instanceof Field field)) {
      return Optional.empty();
    }
    Within range = field.getAnnotation(Within.class);
    double x = value.doubleValue();
    boolean holds =
        range == null
            || (x >= range.from() && x > range.above() && x <= range.to() && x < range.below());
    return holds
        ? Optional.empty()
        : Optional.of(option.longestName() + " must be " + words(range) + ", got " + number(value));
  }

  /** Returns whether a range is declared. */
  static boolean isKnown(OptionSpec option) {
    return option.userObject() instanceof Field field && field.isAnnotationPresent(Within.class);
  }

  private static String words(Within range) {
    List<String> words = new ArrayList<>();
    if (range.above() == 0) {
      words.add("positive");
    } else if (Double.isFinite(range.above())) {
      words.add("more than " + number(range.above()));
    }
    if (Double.isFinite(range.from())) {
      words.add("at least " + number(range.from()));
    }
    if (Double.isFinite(range.to())) {
      words.add("at most " + number(range.to()));
    }
    if (Double.isFinite(range.below())) {
      words.add("less than " + number(range.below()));
    }
    return String.join(" and ", words);
  }

  private static String number(Number value) {
    double x = value.doubleValue();
    return x == Math.rint(x) && Math.abs(x) < 1e15 ? Long.toString((long) x) : value.toString();
  }
}
