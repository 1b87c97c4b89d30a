package io.github.sae4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.sae4j.engine.Device;
import io.github.sae4j.format.DType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/**
 * For every option of every command, the last value counts and the other options are unaffected.
 */
class RepeatedOptionsTest {

  @TestFactory
  Stream<DynamicTest> theLastCountsAndTheOthersStay() {
    return Sae.commandLine(Console.ofProcess()).getSubcommands().entrySet().stream()
        .filter(command -> !command.getKey().equals("help"))
        .flatMap(command -> tests(command.getKey()));
  }

  private static Stream<DynamicTest> tests(String command) {
    return options(command).stream()
        .filter(option -> !option.usageHelp() && !option.versionHelp())
        .map(
            option ->
                DynamicTest.dynamicTest(
                    command + " " + option.longestName(), () -> repeat(command, option)));
  }

  private static List<OptionSpec> options(String command) {
    return fresh(command).getCommandSpec().options();
  }

  private static CommandLine fresh(String command) {
    return Sae.commandLine(Console.ofProcess()).getSubcommands().get(command);
  }

  private static void repeat(String command, OptionSpec option) {
    List<String> others = new ArrayList<>();
    for (OptionSpec other : options(command)) {
      boolean shown = other.usageHelp() || other.versionHelp();
      if (!shown && !other.longestName().equals(option.longestName())) {
        others.addAll(words(other, 0));
      }
    }
    Map<String, String> once = state(command, others, words(option, 1));
    List<String> twice = new ArrayList<>(words(option, 0));
    twice.addAll(words(option, 1));
    Map<String, String> repeated = state(command, others, twice);
    boolean collects =
        Collection.class.isAssignableFrom(option.type())
            || Map.class.isAssignableFrom(option.type());
    if (collects) { // as its help says
      once.remove(option.longestName());
      assertTrue(repeated.remove(option.longestName()).contains(value(option, 0)));
    }
    assertEquals(once, repeated);
  }

  /** What the options are after half of the other words, the option's, and the other half. */
  private static Map<String, String> state(
      String command, List<String> others, List<String> words) {
    List<String> all = new ArrayList<>(words.subList(0, words.size() / 2));
    all.addAll(others);
    all.addAll(words.subList(words.size() / 2, words.size()));
    CommandLine line = Sae.commandLine(Console.ofProcess());
    fresh(command).getCommandSpec().positionalParameters().forEach(each -> all.add(0, "place"));
    all.add(0, command);
    if (command.equals("verify")) {
      all.add("path"); // needs one
    }
    line.parseArgs(all.toArray(String[]::new));
    Map<String, String> state = new LinkedHashMap<>();
    for (OptionSpec each : line.getSubcommands().get(command).getCommandSpec().options()) {
      Object value = each.getValue();
      state.put(each.longestName(), String.valueOf(value));
    }
    return state;
  }

  private static List<String> words(OptionSpec option, int which) {
    return option.arity().max() == 0
        ? List.of(option.longestName())
        : List.of(option.longestName() + "=" + value(option, which));
  }

  /** One of two values that the option may have. */
  private static String value(OptionSpec option, int which) {
    Class<?> type = option.typeInfo().isMultiValue() ? option.auxiliaryTypes()[0] : option.type();
    if (Map.class.isAssignableFrom(option.type())) {
      return which + "=" + which + ".5";
    }
    if (type == DType.class) {
      return which == 0 ? "f32" : "bf16"; // all that dumps store
    }
    if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return constants[which % constants.length].toString();
    }
    if (type == Device.class) {
      return "cuda:" + which;
    }
    if (type == Duration.class) {
      return (which + 1) + "m";
    }
    return String.valueOf(which + 1);
  }
}
