package io.github.sae4j.cli;

import io.github.sae4j.apply.compress.ErrorBound;
import io.github.sae4j.engine.Device;
import io.github.sae4j.format.DType;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/**
 * The parsing rules of all command lines: the last value of a repeated option wins, value names are
 * case-insensitive, and numbers must be in their range ({@link Within}).
 */
final class CommandLines {

  static {
    CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF); // it reports repeated options
  }

  private CommandLines() {}

  /** Returns a command line that follows these rules, for a command or an object with options. */
  static CommandLine of(Object command) {
    return ruled(new CommandLine(command));
  }

  /** Applies these rules to a command line and its subcommands, and returns it. */
  static CommandLine ruled(CommandLine line) {
    line.setOverwrittenOptionsAllowed(true);
    line.setExpandAtFiles(false); // a path may begin with @
    line.registerConverter(Integer.class, OptionValues::integer);
    line.registerConverter(int.class, OptionValues::integer);
    line.registerConverter(Long.class, OptionValues::integerOf64Bits);
    line.registerConverter(long.class, OptionValues::integerOf64Bits);
    line.registerConverter(Double.class, OptionValues::real);
    line.registerConverter(double.class, OptionValues::real);
    line.registerConverter(Duration.class, OptionValues::duration);
    line.registerConverter(Device.class, OptionValues::device);
    line.registerConverter(Sizes.class, Sizes::parse);
    line.registerConverter(ErrorBound.class, OptionValues::errorBound);
    line.registerConverter(Path.class, CommandLines::path);
    withEnums(line);
    return line;
  }

  private static void withEnums(CommandLine line) {
    for (OptionSpec option : line.getCommandSpec().options()) {
      if (option.type() == DType.class) {
        line.registerConverter(DType.class, OptionValues::storedType);
      } else if (option.type().isEnum()) {
        registerEnum(line, option.type());
      }
    }
    line.getSubcommands().values().forEach(CommandLines::withEnums);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // reflection does not know that it is an Enum
  private static void registerEnum(CommandLine line, Class type) {
    line.registerConverter(type, text -> OptionValues.constant(type, text));
  }

  private static Path path(String text) {
    if (text.isEmpty()) {
      throw new TypeConversionException("expected a path, got ''");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'" + text + "' is not a path: " + e.getReason());
    }
  }

  /**
   * Rejects numbers out of range.
   *
   * @throws ParameterException if a number is out of range; the message names the option
   */
  static void requireRanges(ParseResult parsed) {
    for (OptionSpec option : parsed.matchedOptions()) {
      Optional<String> fault = OptionRange.fault(option);
      if (fault.isPresent()) {
        throw new ParameterException(option.command().commandLine(), fault.get());
      }
    }
    if (parsed.hasSubcommand()) {
      requireRanges(parsed.subcommand());
    }
  }

  /** Shows options of a {@link Section} under its heading, in the help of all commands. */
  static void showSections(CommandLine line) {
    line.getHelpSectionMap()
        .put(
            UsageMessageSpec.SECTION_KEY_OPTION_LIST, (IHelpSectionRenderer) CommandLines::options);
    line.getSubcommands().values().forEach(CommandLines::showSections);
  }

  private static String options(Help help) {
    HelpText texts = new HelpText(help.commandSpec().userObject() instanceof SweepCommand);
    List<OptionSpec> all = help.commandSpec().options().stream().map(texts::filled).toList();
    Set<String> headings = new LinkedHashSet<>(List.of(""));
    all.forEach(option -> headings.add(heading(option)));
    Map<String, List<OptionSpec>> sections = new LinkedHashMap<>();
    for (String heading : headings) {
      sections.put(heading, all.stream().filter(o -> heading(o).equals(heading)).toList());
    }
    StringBuilder text = new StringBuilder();
    sections.forEach(
        (heading, options) ->
            text.append(heading.isEmpty() ? "" : "%n%s:%n".formatted(heading))
                .append(help.optionListExcludingGroups(options)));
    return text.toString();
  }

  private static String heading(OptionSpec option) {
    if (!(option.userObject() instanceof Field field)) {
      return "";
    }
    Section section = ((Member) field).getDeclaringClass().getAnnotation(Section.class);
    return section == null ? "" : section.value();
  }
}
