package io.github.sae4j.cli;

import io.github.sae4j.train.SettingsByOption;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Fills in the help of the options that {@code sae train} and {@code sae sweep} share: {@code
 * {default}} becomes the default that a run has, {@code {train|…}} is only for {@code sae train},
 * and {@code {sweep|…}} only for {@code sae sweep}, which trains autoencoders alone.
 */
final class HelpText {
  private static final Pattern PLACE = Pattern.compile("\\{(default|train|sweep)(?:\\|([^}]*))?}");

  /** Row width of the run that has the defaults; those named in the help do not depend on it. */
  private static final int WIDTH = 512;

  private static final BigDecimal SMALL = new BigDecimal("0.001");

  private final boolean ofSweep;
  private final Map<List<String>, Map<String, String>> settings = new HashMap<>();

  HelpText(boolean ofSweep) {
    this.ofSweep = ofSweep;
  }

  /** Returns an option with its whole help. */
  OptionSpec filled(OptionSpec option) {
    String[] before = option.description();
    String[] after =
        Arrays.stream(before)
            .map(line -> filled(line, option.longestName()))
            .toArray(String[]::new);
    return Arrays.equals(before, after) ? option : option.toBuilder().description(after).build();
  }

  private String filled(String line, String option) {
    return PLACE
        .matcher(line)
        .replaceAll(
            place -> Matcher.quoteReplacement(text(place.group(1), place.group(2), option)));
  }

  private String text(String place, String inner, String option) {
    if (place.equals("default")) {
      return defaultOf(option);
    }
    return place.equals("sweep") == ofSweep ? inner : "";
  }

  /** Returns an option's default with the first variant that has the option. */
  private String defaultOf(String option) {
    if (option.equals("--latents")) {
      return TrainingOptions.DEFAULT_LATENTS;
    }
    VariantKind kind =
        Arrays.stream(VariantKind.values())
            .filter(each -> each.takes(option))
            .findFirst()
            .orElseThrow();
    List<String> words =
        option.startsWith("--resample-")
            ? List.of("--variant", kind.toString(), "--resample-every", "1")
            : List.of("--variant", kind.toString());
    return shortened(settings.computeIfAbsent(words, HelpText::settings).get(option));
  }

  private static Map<String, String> settings(List<String> words) {
    TrainingOptions options = new TrainingOptions();
    CommandLines.of(options).parseArgs(words.toArray(String[]::new));
    return SettingsByOption.of(options.config(WIDTH));
  }

  /** Returns small numbers with an exponent, such as 3e-6. */
  private static String shortened(String value) {
    if (!value.matches("0\\.0*[1-9]\\d*") || new BigDecimal(value).compareTo(SMALL) >= 0) {
      return value;
    }
    BigDecimal number = new BigDecimal(value);
    int exponent = number.precision() - number.scale() - 1;
    return number.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }
}
