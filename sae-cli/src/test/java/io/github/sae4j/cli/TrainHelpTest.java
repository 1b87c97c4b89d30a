package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.KebabCase;
import io.github.sae4j.train.SettingsByOption;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainConfigBuilder;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Options, their help and the settings of runs agree. */
class TrainHelpTest {
  private static final int WIDTH = 512;

  /** A default of one word, which may depend on more. */
  private static final Pattern DEFAULT = Pattern.compile("\\(default: ([^\\s;,)]+)[;,)]");

  /** Settings whose default is only known with the rows, or with another option. */
  private static final Set<String> LATER =
      Set.of("--shuffle-buffer-rows", "--decoder-norm", "--order-seed");

  private static List<OptionSpec> options() {
    return new CommandLine(new TrainingOptions()).getCommandSpec().options();
  }

  /** The settings of a run that names its variant alone, by option. */
  private static Map<String, String> settings(VariantKind kind, String... more) {
    TrainingOptions options = new TrainingOptions();
    String[] words =
        Stream.concat(Stream.of("--variant", kind.toString()), Stream.of(more))
            .toArray(String[]::new);
    CommandLines.of(options).parseArgs(words);
    TrainConfig config = options.config(WIDTH);
    return SettingsByOption.of(config);
  }

  @Test
  void everyOptionIsASettingOfItsName() {
    Set<String> settings = new TreeSet<>();
    for (VariantKind kind : VariantKind.values()) {
      settings.addAll(settings(kind).keySet());
      settings.addAll(settings(kind, "--tokens", "5000").keySet());
    }
    for (OptionSpec option : options()) {
      assertTrue(settings.contains(option.longestName()), option + " is no setting of " + settings);
    }
  }

  /**
   * What a variant has alone is set on the variant, all else by the builder's method of its name.
   */
  @Test
  void everyOptionIsAMethodOfTheBuilder() {
    Set<String> methods = new TreeSet<>(Set.of("--latents", "--variant")); // a builder's beginning
    for (Method method : TrainConfigBuilder.class.getMethods()) {
      methods.add("--" + KebabCase.ofName(method.getName()));
    }
    for (OptionSpec option : options()) {
      String name = option.longestName();
      boolean ofAVariant =
          Stream.of(VariantKind.values()).anyMatch(kind -> !kind.takes(name))
              && !Set.of("--k-start", "--k-anneal-steps", "--target-l0").contains(name);
      assertTrue(ofAVariant || methods.contains(name), name + " is not among " + methods);
    }
  }

  /** A default that a run has is filled in, so that it cannot differ from the run's. */
  @Test
  void defaultsOfSettingsAreNotTyped() {
    int filled = 0;
    for (OptionSpec option : options()) {
      String name = option.longestName();
      String typed = String.join(" ", option.description());
      filled += typed.contains("{default}") ? 1 : 0;
      Matcher found = DEFAULT.matcher(typed);
      if (found.find() && !LATER.contains(name)) {
        VariantKind kind =
            Stream.of(VariantKind.values())
                .filter(each -> each.takes(name))
                .findFirst()
                .orElseThrow();
        assertNotEquals(settings(kind).get(name), found.group(1), name);
        assertFalse(found.group(1).matches("[0-9.]+(e-?[0-9]+)?x?"), name);
      }
    }
    assertTrue(filled > 25, filled + " defaults");
  }

  private static String help(String command) {
    CommandLine line =
        Sae.commandLine(Console.ofProcess()).getSubcommands().get(command).setUsageHelpWidth(1000);
    return line.getUsageMessage().replaceAll("\\s+", " ");
  }

  @Test
  void helpNamesTheDefaultsThatAreUsed() {
    for (String command : List.of("train", "sweep")) {
      String help = help(command);
      assertFalse(help.contains("{"), help);
      for (String sentence :
          List.of(
              "the row width%s (default: 8x)."
                  .formatted(
                      command.equals("sweep")
                          ? ""
                          : " (of a transcoder's target, or a crosscoder's widest source)"),
              "Rows per step (default: 4096).",
              "Passes over the rows (default: 1).",
              "(default: 0.8; 0 for cosine, 1 for constant)",
              "dead latents up (default: 3e-6).",
              "within which it learns (default: 0.001).",
              "Number of resamplings (default: 4).",
              "kullback-leibler or jensen-shannon (default: kullback-leibler).",
              "(default: 0.5, at most --p).",
              "(default: transposed; independent for sigmoid-kl)")) {
        assertTrue(help.contains(sentence), sentence + " is not in " + help);
      }
    }
  }

  /** A sweep trains autoencoders only, so its help is silent about the other tasks. */
  @Test
  void helpOfSweepIsThatOfAutoencoders() {
    String help = help("sweep");
    assertFalse(help.contains("transcoder"), help);
    assertTrue(help.contains("Seed of the order of the rows (default: 1)."), help);
    assertTrue(help("train").contains("Seed of the order of the rows (default: --seed)."));
    assertTrue(help("train").contains("centre-unit for transcoders and crosscoders"));
  }

  /** What an option may be is spelt in one way: in lower case, with dashes. */
  @Test
  void helpNamesEveryValueAsItIsTyped() {
    Map<String, String> missing = new HashMap<>();
    for (CommandLine command : Sae.commandLine(Console.ofProcess()).getSubcommands().values()) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (option.type().isEnum() && option.type() != DType.class) {
          String help = option.paramLabel() + " " + String.join(" ", option.description());
          for (Object constant : option.type().getEnumConstants()) {
            String word = OptionValues.folded(constant.toString());
            boolean there = help.matches(".*(?<![\\w-])" + word + "(?![\\w-]).*");
            if (!there && !help.contains("COMPLETION-CANDIDATES")) {
              missing.put(command.getCommandName() + option.longestName(), word);
            }
          }
        }
      }
    }
    assertEquals(Map.of(), missing);
  }
}
