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
 * The options of one run of a sweep, as {@code sae train} has them.
 *
 * @param name before the run's own name, to tell it from others; may be empty
 * @param options by their longest names; those without a value, such as {@code --rescale-encoder},
 *     have {@code true} or {@code false}
 */
record RunOptions(String name, Map<String, String> options) {
  private static final String ORDER_SEED = "--order-seed";

  RunOptions {
    Objects.requireNonNull(name, "name");
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /**
   * The run for rows of a width. Unless its options say otherwise, its rows come in the order of
   * seed 1, so that runs of all seeds can learn from one stream.
   *
   * @throws IllegalArgumentException if an option is unknown, or its value wrong; says which
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
          "the run with %s cannot be: %s".formatted(this, Failures.oneLine(e.getMessage())), e);
    }
  }

  /**
   * The same with values of options before the run's own name: {@code epochs-2}.
   *
   * @param telling which options; those that the run does not have are left out
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

  /** The command line. */
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
