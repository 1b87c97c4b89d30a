package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.format.DType;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.OptionSpec;

/** A value that an option cannot have is refused in a sentence that names the option. */
class BadValuesTest {
  /** Options that take any text: names of things that are looked up, and who reads says so. */
  private static final Set<String> ANY_TEXT =
      Set.of(
          "--tensor",
          "--text-field",
          "--id-field",
          "--concepts-field",
          "--model",
          "--hook",
          "--output");

  @TempDir private static Path directory;
  private static ToyWorld world;

  @BeforeAll
  static void prepare() throws IOException {
    world = ToyWorld.trained(directory);
  }

  /** Every option that has a value, of every command, with each value that it cannot have. */
  static Stream<Arguments> values() {
    List<Arguments> cases = new ArrayList<>();
    Sae.commandLine(Console.ofProcess())
        .getSubcommands()
        .forEach(
            (name, command) ->
                command.getCommandSpec().options().stream()
                    .filter(option -> option.arity().max() > 0)
                    .forEach(
                        option ->
                            bad(option)
                                .forEach(
                                    value ->
                                        cases.add(
                                            Arguments.of(name, option.longestName(), value)))));
    return cases.stream();
  }

  @ParameterizedTest(name = "sae {0} {1}={2}")
  @MethodSource("values")
  void areRefusedByTheNameOfTheOption(String command, String option, String value) {
    List<Object> words = new ArrayList<>(List.of(command));
    words.addAll(needed(command, option));
    words.add(option + "=" + value);
    CommandRun run = CommandRun.of(words.toArray());
    assertEquals(ExitCode.WRONG_INPUT, run.exitCode(), run.out() + run.err());
    assertEquals(1, run.err().lines().count(), run.err());
    assertTrue(run.err().matches("(?s).*" + option + "\\b(?!-).*"), run.err());
    assertFalse(Files.exists(directory.resolve("out")));
  }

  /** Options of the command that make it look at this one. */
  private static List<Object> needed(String command, String option) {
    Path out = directory.resolve("out");
    if (command.equals("convert") && Set.of("--sae", "--to", "--from").contains(option)) {
      return List.of("--sae", world.run(), "--to", "saelens", "--out", out);
    }
    List<Object> words = new ArrayList<>(world.argumentsOf(command, out));
    if (command.equals("train") || command.equals("sweep")) {
      words.add("--dry-run");
      owner(option).ifPresent(kind -> words.addAll(List.of("--variant", kind)));
      needs(option).forEach((name, value) -> words.addAll(List.of(name, value)));
    } else if (Set.of("eval", "compress").contains(command) && option.equals("--k")) {
      words.addAll(List.of("--encoder", "pursuit"));
    }
    return words;
  }

  private static Optional<VariantKind> owner(String option) {
    return Stream.of(VariantKind.values())
        .filter(kind -> kind.takes(option))
        .findFirst()
        .filter(kind -> kind != VariantKind.TOPK);
  }

  private static Map<String, String> needs(String option) {
    return switch (option) {
      case "--resample-times" -> Map.of("--resample-every", "10");
      case "--plateau-tokens" -> Map.of("--stop-fvu-plateau", "0.01");
      default -> Map.of();
    };
  }

  private static Collection<String> bad(OptionSpec option) {
    if (ANY_TEXT.contains(option.longestName())) {
      return List.of();
    }
    Set<String> values = new LinkedHashSet<>();
    Class<?> type = option.userObject() instanceof Field field ? field.getType() : option.type();
    if (isNumber(type)) {
      values.addAll(List.of("many", "", "NaN", "1e999"));
      if (type != double.class && type != Double.class) {
        values.addAll(List.of("99999999999999999999", "0.5"));
      }
      if (type == int.class || type == Integer.class) {
        values.add("2147483648");
      }
      values.addAll(outside(((Field) option.userObject()).getAnnotation(Within.class)));
    } else if (type.isEnum() || type == Duration.class || type == Sizes.class) {
      values.addAll(List.of("no-such", "", "0"));
      if (type == DType.class) {
        values.add("bool"); // which files may have, but not dumps
      }
    } else if (type == DataFiles.class
        || option.longestName().equals("--truth")
        || option.auxiliaryTypes()[0] == Path.class) {
      values.add("");
    } else if (type == String.class) {
      values.addAll(List.of("no-such", ""));
    } else {
      values.addAll(List.of("", "x=y"));
    }
    if (option.longestName().equals("--k")) {
      values.add("2147483647"); // more than latents
    }
    return values;
  }

  private static boolean isNumber(Class<?> type) {
    return Number.class.isAssignableFrom(type) || (type.isPrimitive() && type != boolean.class);
  }

  private static List<String> outside(Within range) {
    List<String> values = new ArrayList<>();
    if (range == null) {
      return values;
    }
    if (Double.isFinite(range.from())) {
      values.add(number(range.from() - 1));
    }
    if (Double.isFinite(range.above())) {
      values.addAll(List.of(number(range.above()), number(range.above() - 1)));
    }
    if (Double.isFinite(range.to())) {
      values.add(number(range.to() + 1));
    }
    if (Double.isFinite(range.below())) {
      values.addAll(List.of(number(range.below()), number(range.below() + 1)));
    }
    return values;
  }

  private static String number(double x) {
    return x == Math.rint(x) ? Long.toString((long) x) : Double.toString(x);
  }
}
