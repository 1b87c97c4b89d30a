package io.github.sae4j.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Width of a dictionary, as a number of latents or a multiple of the input's width.
 *
 * @param number number of latents, or the multiple
 * @param relative whether the number is a multiple
 */
record DictionarySize(int number, boolean relative) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(x?)");

  /** Parses {@code 8192} or {@code 8x}. */
  static DictionarySize parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || Integer.parseInt(form.group(1)) == 0) {
      throw new IllegalArgumentException(
          "--latents must be a number such as 8192, or a multiple such as 8x, got '" + text + "'");
    }
    return new DictionarySize(Integer.parseInt(form.group(1)), !form.group(2).isEmpty());
  }

  /** Returns the number of latents for rows of this width. */
  int latents(int nIn) {
    if (!relative) {
      return number;
    }
    if ((long) number * nIn > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "--latents: %d times the width %d is too large".formatted(number, nIn));
    }
    return number * nIn;
  }
}
