package io.github.sae4j.format;

import java.util.Locale;

/** The one spelling of names in files and on the command line: in lower case, with dashes. */
public final class KebabCase {
  private KebabCase() {}

  /** A word in any case, with dashes or underscores: {@code LAYER_NORM} is {@code layer-norm}. */
  public static String ofWord(String word) {
    return word.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A constant's name. */
  public static String of(Enum<?> constant) {
    return ofWord(constant.name());
  }

  /** A Java name: {@code kAnnealSteps} is {@code k-anneal-steps}. */
  public static String ofName(String name) {
    return name.replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
