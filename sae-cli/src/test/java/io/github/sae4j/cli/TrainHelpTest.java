package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.DType;
import io.github.sae4j.format.KebabCase;
import io.github.sae4j.train.SettingsByOption;
import io.github.sae4j.train.TrainConfig;
import io.github.sae4j.train.TrainConfigBuilder;
import java.lang.reflect.Method;
import java.math.BigDecimal;
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

  @Test
  void helpNamesTheDefaultsThatAreUsed() {
    int compared = 0;
    for (OptionSpec option : options()) {
      String name = option.longestName();
      Matcher found = DEFAULT.matcher(String.join(" ", option.description()));
      if (!found.find() || LATER.contains(name)) {
        continue;
      }
      VariantKind kind =
          Stream.of(VariantKind.values())
              .filter(each -> each.takes(name))
              .findFirst()
              .orElseThrow();
      String[] more =
          name.startsWith("--resample-") ? new String[] {"--resample-every", "9"} : new String[0];
      String used = settings(kind, more).get(name);
      String said = found.group(1);
      if (name.equals("--latents")) {
        used = Integer.parseInt(used) / WIDTH + "x";
      }
      if (said.matches("[0-9.e-]+x?") || option.type().isEnum() || name.equals("--variant")) {
        assertEquals(plain(used), plain(said), name);
        compared++;
      }
    }
    assertTrue(compared > 25, compared + " defaults");
  }

  private static String plain(String text) {
    return text.matches("[0-9.]+(e-?[0-9]+)?")
        ? new BigDecimal(text).stripTrailingZeros().toPlainString()
        : text;
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
