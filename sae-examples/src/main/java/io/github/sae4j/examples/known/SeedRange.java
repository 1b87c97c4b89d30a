package io.github.sae4j.examples.known;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The seeds that a study runs with.
 *
 * @param first at least 1
 * @param last at least {@code first}
 */
record SeedRange(int first, int last) {
  private static final Pattern FORM = Pattern.compile("(?:([1-9]\\d{0,3})-)?([1-9]\\d{0,3})");

  SeedRange {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException(
          "seeds must ascend from at least 1, got %d to %d".formatted(first, last));
    }
  }

  /** Returns the seeds 1 to {@code count}. */
  static SeedRange upTo(int count) {
    return new SeedRange(1, count);
  }

  /**
   * Reads seeds from text: {@code 20} for the first twenty, or {@code 21-30}.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static SeedRange parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "the seeds must be a number or a range such as 21-30, from 1 to 9999, got '%s'"
              .formatted(text));
    }
    int last = Integer.parseInt(form.group(2));
    return new SeedRange(form.group(1) == null ? 1 : Integer.parseInt(form.group(1)), last);
  }

  int count() {
    return last - first + 1;
  }

  IntStream stream() {
    return IntStream.rangeClosed(first, last);
  }
}
