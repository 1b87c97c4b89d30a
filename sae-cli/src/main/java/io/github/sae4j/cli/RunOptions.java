package io.github.sae4j.cli;

import io.github.sae4j.train.SweepRun;
import io.github.sae4j.train.TrainConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The options of one run of a sweep, as for {@code sae train}.
 *
 * @param name prefix of the run's name, to distinguish it from others; may be empty
 * @param options values by longest option name; flags, such as {@code --rescale-encoder}, have the
 *     value {@code true} or {@code false}
 */
record RunOptions(String name, Map<String, String> options) {
  private static final String ORDER_SEED = "--order-seed";

  RunOptions {
    Objects.requireNonNull(name, "name");
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /**
   * Returns the run for rows of a given width. Unless its options say otherwise, rows come in the
   * order of seed 1, so runs with any seed can share one stream.
   *
   * @throws IllegalArgumentException if an option is unknown or its value is invalid; the message
   *     names it
   */
  SweepRun run(int nIn) {
    return SweepRun.of(name, config(nIn));
  }

  private TrainConfig config(int nIn) {
    TrainingOptions settings = new TrainingOptions();
    try {
      CommandLine line = CommandLines.of(settings);
      CommandLines.requireRanges(line.parseArgs(words().toArray(String[]::new)));
      return settings.config(nIn);
    } catch (ParameterException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "invalid run with %s: %s".formatted(this, Failures.oneLine(e.getMessage())), e);
    }
  }

  /**
   * Returns these options with option values, such as {@code epochs-2}, as a prefix of the run's
   * name.
   *
   * @param telling options to include in the prefix; those that the run does not have are skipped
   */
  RunOptions namedBy(Collection<String> telling) {
    List<String> words = new ArrayList<>();
    if (!name.isEmpty()) {
      words.add(name);
    }
    for (String option : telling) {
      if (options.containsKey(option)) {
        String value = options.get(option).replaceAll("[^A-Za-z0-9._-]", "_");
        words.add(option.substring(2) + "-" + value);
      }
    }
    return new RunOptions(String.join("-", words), options);
  }

  /** Returns the options as command-line words. */
  private List<String> words() {
    Map<String, String> all = new LinkedHashMap<>(options);
    all.putIfAbsent(ORDER_SEED, "1");
    List<String> words = new ArrayList<>();
    all.forEach(
        (option, value) -> {
          if (!ListedOptions.isFlag(option)) {
            words.addAll(List.of(option, value));
          } else if (Boolean.parseBoolean(value)) {
            words.add(option);
          }
        });
    return words;
  }

  @Override
  public String toString() {
    List<String> words = new ArrayList<>();
    options.forEach((option, value) -> words.add(option + " " + value));
    return words.isEmpty() ? "no options" : String.join(" ", words);
  }
}
